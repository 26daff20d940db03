"""Staff have a second factor, or are led to set one up; and an unattended screen of theirs signs out."""

import time
from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
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
        if settings.STAFF_SECOND_FACTOR_EXEMPT and request.user.email.endswith(settings.STAFF_SECOND_FACTOR_EXEMPT):
            return False
        return request.user.is_staff and not is_mfa_enabled(request.user)


class IdleStaffMiddleware:
    """Signs a member of staff out after STAFF_IDLE_SECONDS without a request; the page they wanted opens again after signing in."""

    KEY = "last_request"
    # Writing the session on every request would cost a row each; a minute's precision is enough.
    PRECISION = 60

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the time of the last request, and note this one."""
        if request.path.startswith(("/static/", "/healthz", "/readyz")) or not request.user.is_authenticated or not request.user.is_staff:
            return self.get_response(request)
        current = int(time.time())
        last = request.session.get(self.KEY, current)
        if current - last > settings.STAFF_IDLE_SECONDS:
            logout(request)
            messages.info(request, _("You were signed out because nothing happened for a while. Sign in again to go on."))
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "/go/")
        if current - last >= self.PRECISION or self.KEY not in request.session:
            request.session[self.KEY] = current
        return self.get_response(request)
