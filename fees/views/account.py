"""The unit's statement of account, and the paper of a credit note."""

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views import View
from django.views.generic import TemplateView

from alliance.common.clock import today
from alliance.common.views import PermissionRequired
from fees import documents
from fees.forms.fields import parse_day
from fees.models import CreditNote, Invoice
from fees.selectors.statements_of_account import account_of
from fees.views.portal import InvoiceDocument
from members.models import Institution
from members.views.portal import PortalView


class AccountPage(PortalView, TemplateView):
    """Everything that was billed and paid, with the balance after each entry."""

    template_name = "fees/portal_account.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """As of the day asked for, else today."""
        on = day_of(self.request)
        account = account_of(self.institution, on)
        return super().get_context_data(account=account, on=on, credit=-account.balance, **kwargs)


def day_of(request: HttpRequest) -> dt.date:
    """The day `?on=` names; today when it names none."""
    return parse_day(request.GET.get("on", "")) or today()


class AccountDocument(PermissionRequired, View):
    """The statement of account, for the unit and for staff; for others it does not exist."""

    permission = "fees.read_account"

    def get_permission_object(self) -> Institution:
        """404 instead of 403."""
        self.unit = get_object_or_404(Institution, pk=self.kwargs["pk"])  # type: ignore[attr-defined]
        if not self.request.user.has_perm(self.permission, self.unit):  # type: ignore[attr-defined]
            raise Http404
        return self.unit

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The PDF."""
        response = HttpResponse(documents.account_statement(self.unit, day_of(request)), content_type="application/pdf")
        response.headers["Content-Disposition"] = f'inline; filename="account-{pk}.pdf"'
        return response


class CreditDocument(InvoiceDocument):
    """A credit note, for whom its notice is."""

    def get_permission_object(self) -> Invoice:
        """As for the notice."""
        self.note = get_object_or_404(CreditNote.objects.select_related("invoice__institution"), pk=self.kwargs["pk"])  # type: ignore[attr-defined]
        self.invoice = self.note.invoice
        if not self.request.user.has_perm(self.permission, self.invoice):  # type: ignore[attr-defined]
            raise Http404
        return self.invoice

    def document(self) -> bytes:
        """The bytes."""
        return documents.credit_note(self.note)
