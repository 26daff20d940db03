"""The admin site: its own start page, one sign-in for everybody, permissions by name."""

from collections.abc import Callable
from functools import partial
from typing import Any

from csp.decorators import csp_update
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

# The admin's framework evaluates expressions in attributes (Alpine's usual build) and two of its libraries add one fixed style element each.
# So pages behind the staff's door, and only these, allow eval and those two styles by their hash; inline scripts stay forbidden.
ADMIN_POLICY = {
    "script-src": ["'unsafe-eval'"],
    "style-src": ["'sha256-bsV5JivYxvGywDAZ22EZJKBFip65Ng9xoJVLbBg7bdo='", "'sha256-CftXQ/6rIQ3AMOrJUsQzoK+KGLgk4scJJlfXyvE/1mQ='"],
}


class AllianceAdminSite(UnfoldAdminSite):
    """Django's admin for staff, entered through the same door as everything else."""

    index_title = _("Today")

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        """Every page of the admin carries the admin's content policy."""
        return csp_update(ADMIN_POLICY)(super().admin_view(view, cacheable))

    def has_permission(self, request: HttpRequest) -> bool:
        """Whoever has a staff role."""
        return request.user.has_perm("common.enter_admin")

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """No password form of its own: allauth asks, with its limits and the second factor. Who is signed in without a role gets a 403."""
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or request.get_full_path())

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Every model with its permissions and addresses, found only when a page shows it: each page carries the list, and our menu is another one."""
        return SimpleLazyObject(partial(super().get_app_list, request, app_label))

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """What waits for this person first, then how the alliance stands."""
        from alliance.common.dashboards import charts_for
        from alliance.common.queues import queues_for

        queues = queues_for(request.user)
        waiting = [(queue, count) for queue, count in queues if count]
        done = [queue for queue, count in queues if not count]
        return super().index(request, {**(extra_context or {}), "waiting": waiting, "done": done, "charts": charts_for(request.user)})

    def extra_urls(self) -> list[URLPattern]:
        """Pages that belong to no model."""
        from alliance.common.admin.mailbox import MailboxList, MailboxMessage, MailboxPart
        from alliance.common.admin.mailtexts import mailtext_urls
        from alliance.common.sheets.pages import sheet_urls

        return [
            *sheet_urls(),
            *mailtext_urls(),
            path("mailbox/", self.admin_view(MailboxList.as_view(site=self)), name="mailbox"),
            path("mailbox/<str:name>/", self.admin_view(MailboxMessage.as_view(site=self)), name="mailbox_message"),
            path("mailbox/<str:name>/<int:part>/", self.admin_view(MailboxPart.as_view(site=self)), name="mailbox_part"),
        ]
