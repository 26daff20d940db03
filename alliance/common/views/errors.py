"""Error pages in the person's language."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from alliance.common.exceptions import DomainError


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the browser sent something that makes no sense."""
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: signed in, but not for this."""
    return render(request, "403.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no such page, or none that this person may know of."""
    return render(request, "404.html", status=404)


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """429: more often than the limit."""
    return render(request, "429.html", status=429)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form was open too long, or cookies are off."""
    return render(request, "403_csrf.html", status=403)


def refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    """409: a page that cannot be shown as things stand, with the reason."""
    return render(request, "refused.html", {"error": error}, status=409)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault. Needs neither database nor context, since either may be what failed."""
    return HttpResponse(render_to_string("500.html"), status=500)
