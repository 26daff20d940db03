"""The yearly data check in the admin: open, remind, close, export."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from alliance.common.admin.exports import as_xlsx
from alliance.common.admin.workflow import WorkflowView
from alliance.common.audit import record
from alliance.common.clock import today
from alliance.common.exceptions import DomainError
from members.forms.upkeep import OpenCheckForm
from members.models import DataCheck
from members.selectors.register import answers_with_completeness
from members.services.datachecks import close_data_check, open_data_check, remind_silent_units


class OpenCheck(WorkflowView):
    """Ask all member units."""

    model = DataCheck
    permission = "members.manage_membership"
    previews_mail = True
    title = gettext_lazy("Open a data check")
    lead = gettext_lazy("The liaisons of all member units get a mail with a page to confirm or correct what we hold of them.")
    button = gettext_lazy("Open and write to all liaisons")
    done = gettext_lazy("The data check is open.")
    form_class = OpenCheckForm

    def perform_step(self, form: Any) -> Any:
        """Open."""
        if form.cleaned_data["due_on"] < today():
            raise DomainError(_("The date lies in the past."))
        return open_data_check(actor=self.request.user, **form.cleaned_data)


class RemindSilent(WorkflowView):
    """To those who have not answered."""

    model = DataCheck
    permission = "members.manage_membership"
    previews_mail = True
    title = gettext_lazy("Remind those who have not answered")
    lead = gettext_lazy("The liaisons of the units that are silent get a second mail; nobody gets two on one day.")
    button = gettext_lazy("Write to them")
    done = gettext_lazy("The reminders are on their way.")

    def perform_step(self, form: Any) -> Any:
        """Remind."""
        remind_silent_units(self.record, actor=self.request.user)


class CheckExport(View):
    """Who has answered, as a table."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """XLSX."""
        if not request.user.has_perm("members.view_datacheck"):
            raise PermissionDenied
        check = get_object_or_404(DataCheck, pk=pk)
        rows = answers_with_completeness(check)
        header = [str(text) for text in (_("institution"), _("confirmed"), _("confirmed by"), _("reminded"), _("remark"), _("complete"))]
        table = [
            (a.institution.name, a.confirmed_at, str(a.confirmed_by or ""), a.reminded_on, a.remark, f"{percent} %") for a, percent in rows
        ]  # fmt: skip
        record("export.made", check, actor=request.user, list="members.datacheckanswer", rows=len(table), kind="xlsx")
        return as_xlsx(check.name, header, table)


class CloseCheck(WorkflowView):
    """End the round."""

    model = DataCheck
    permission = "members.manage_membership"
    title = gettext_lazy("Close the data check")
    button = gettext_lazy("Close the data check")
    done = gettext_lazy("The data check is closed.")

    def perform_step(self, form: Any) -> Any:
        """Close."""
        close_data_check(self.record, actor=self.request.user)
