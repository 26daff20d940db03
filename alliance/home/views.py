"""Start page, landing after sign-in, language, health."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.db import connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views import View
from django.views.generic import TemplateView

from alliance.common.clock import now, today
from alliance.common.models import Organisation
from alliance.common.views import PermissionRequired, PublicView
from alliance.home.numbers import alliance_numbers
from alliance.home.provinces import tiles
from fees.selectors.schedules import schedule_for
from meetings.selectors.allowances import allowance_for
from meetings.selectors.meetings import upcoming_public


class Index(PublicView, TemplateView):
    """What the alliance is, its numbers, its next meetings, the way in."""

    template_name = "home/index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Numbers from the database and the meetings that the public may know of."""
        numbers = alliance_numbers()
        return super().get_context_data(numbers=numbers, tiles=tiles(numbers["by_province"]), meetings=upcoming_public(5), now=now(), **kwargs)


class Benefits(PublicView, TemplateView):
    """What a member unit gets and pays (R3 to R14), with the amounts of the schedule in force."""

    template_name = "home/benefits.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The schedule of this year, if one is set, with each tier's first year in all (R5); the allowance in force (R9); the remark's form (R7)."""
        schedule = schedule_for(today().year)
        amounts = list(schedule.amounts.select_related("tier")) if schedule else []
        return super().get_context_data(
            schedule=schedule,
            amounts=[{"tier": row.tier, "annual": row.amount, "first_year": row.amount + schedule.entry_fee} for row in amounts if schedule],
            allowance=allowance_for(today().year),
            remark=Organisation.load().remark_for(gettext("name of the university"), gettext("name of the fee")),
            **kwargs,
        )


class Landing(View):
    """After sign-in: to the pages of one's role."""

    permission = "common.signed_in"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The admin, the council, the portal or the application, the first that opens."""
        user = request.user
        if not user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        doors = [("common.enter_admin", "admin:index"), ("council.enter_council", "council:index"), ("members.enter_portal", "portal:overview")]
        target = next((name for permission, name in doors if user.has_perm(permission)), "apply:start")
        return redirect(target)


class SignInAddress(PermissionRequired, TemplateView):
    """Which address one signs in with. It cannot be changed here: roles hang on it, and a code is sent to it only after somebody has vouched for it."""

    permission = "common.signed_in"
    template_name = "home/account_email.html"


class SetLanguage(PublicView, View):
    """Switch the language; the choice is kept in a cookie and, when signed in, at the account."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Only our own languages, only back to our own pages."""
        language = request.POST.get("language", "")
        target = request.POST.get("next", "/")
        if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
            target = "/"
        response = redirect(target)
        if language in dict(settings.LANGUAGES):
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 86400, samesite="Lax", secure=request.is_secure(), httponly=True)
            if request.user.is_authenticated:
                request.user.language = language
                request.user.save(update_fields=["language"])
        return response


class Logo(PublicView, View):
    """The organisation's logo, the one private file that everybody may see."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The picture; its address carries its id, so a browser may keep it."""
        logo = Organisation.load().logo
        if logo is None:
            raise Http404
        response = FileResponse(logo.content.open("rb"), content_type=logo.mimetype)
        response.headers["Cache-Control"] = "public, max-age=86400"
        return response


class Charter(PublicView, View):
    """The charter as published; applicants accept it, so everybody may read it."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The PDF."""
        charter = Organisation.load().charter
        if charter is None:
            raise Http404
        return FileResponse(charter.content.open("rb"), content_type=charter.mimetype)


class Robots(PublicView, View):
    """What search engines should leave alone."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Private areas are behind a sign-in anyway; this saves the crawlers the trip."""
        closed = ["/admin/", "/accounts/", "/apply/", "/portal/", "/council/", "/files/", "/t/", "/notices/p/", "/notices/mail/", "/checkin/", "/calendar/"]
        return HttpResponse("User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in closed), content_type="text/plain")


class Health(PublicView, View):
    """Is the process alive?"""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Asks nobody else."""
        return JsonResponse({"status": "ok"})


class Ready(PublicView, View):
    """Can it do its work: does the database answer, does Redis?"""

    def get(self, request: HttpRequest) -> HttpResponse:
        """503 without the database; a missing Redis only slows things, and is said."""
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except Exception:  # noqa: BLE001 (whatever is wrong, the answer is the same)
            return JsonResponse({"status": "no database"}, status=503)
        try:
            cache.set("ready", 1, 5)
            redis = "ok"
        except Exception:  # noqa: BLE001 (as above)
            redis = "down"
        return JsonResponse({"status": "ok", "redis": redis})
