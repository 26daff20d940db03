"""The mailbox of the trial in the admin."""

from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import TemplateView

from alliance.common.mailbox.backend import is_on
from alliance.common.mailbox.reading import mails, read


class MailboxPage:
    """Only for staff, and only while mails go to the folder."""

    site: AdminSite | None = None
    permission = "common.read_mailbox"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Check, then go on."""
        if not request.user.has_perm(self.permission):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class MailboxList(MailboxPage, TemplateView):
    """The newest hundred."""

    template_name = "admin/mailbox_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Says so when mails go to a real server instead."""
        context = self.site.each_context(self.request) if self.site else {}
        return {**context, **super().get_context_data(**kwargs), "title": _("Mailbox of the trial"), "on": is_on(), "mails": mails() if is_on() else []}


class MailboxMessage(MailboxPage, TemplateView):
    """One mail as text, with its attachments."""

    template_name = "admin/mailbox_message.html"

    def get_context_data(self, name: str, **kwargs: Any) -> dict[str, Any]:
        """404 for anything that is no mail of ours."""
        mail = read(name)
        if mail is None:
            raise Http404
        context = self.site.each_context(self.request) if self.site else {}
        return {**context, **super().get_context_data(**kwargs), "title": mail.message["Subject"], "mail": mail}


class MailboxPart(MailboxPage, View):
    """An attachment, always as a download."""

    def get(self, request: HttpRequest, name: str, part: int) -> HttpResponse:
        """Its bytes, never rendered here."""
        mail = read(name)
        parts = list(mail.message.iter_attachments()) if mail else []
        if part >= len(parts):
            raise Http404
        response = HttpResponse(parts[part].get_payload(decode=True), content_type="application/octet-stream")
        from urllib.parse import quote

        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(parts[part].get_filename() or 'attachment')}"
        return response
