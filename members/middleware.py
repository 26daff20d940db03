"""Staff have a second factor, or are led to set one up."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

# What a member of staff without a second factor may still open: setting one up, signing out, styles.
OPEN_PREFIXES = ("/accounts/", "/static/", "/healthz", "/readyz", "/language/")


class SecondFactorMiddleware:
    """Sends staff without an authenticator to the page that adds one, wherever they were going."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Ask on every request: a role may have been granted a minute ago."""
        if self._must_set_up(request):
            messages.info(request, _("Staff sign in with a second factor. Set one up now; it takes a minute."))
            return redirect("mfa_index")
        return self.get_response(request)

    def _must_set_up(self, request: HttpRequest) -> bool:
        if not settings.STAFF_SECOND_FACTOR_REQUIRED or not request.user.is_authenticated:
            return False
        if request.path.startswith(OPEN_PREFIXES):
            return False
        return request.user.is_staff and not is_mfa_enabled(request.user)
