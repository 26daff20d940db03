"""Steps on payment notices beside their money: disputes, notices for several years, and what a unit owes and why."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from alliance.common.admin.workflow import WorkflowView
from alliance.common.clock import today
from fees.forms.dues import DisputeForm, ExplainForm, YearsForm
from fees.models import Invoice
from fees.selectors.dues import explain
from fees.services.billing import issue_years
from fees.services.invoices import dispute_invoice


class DisputeInvoice(WorkflowView):
    """Mark or clear a dispute."""

    model = Invoice
    permission = "fees.resend_invoice"
    title = _("Disputed notice")
    lead = _("A disputed notice is not dunned.")
    button = _("Save")
    done = _("Saved.")
    form_class = DisputeForm

    def get_initial(self) -> dict[str, Any]:
        """As it stands."""
        return {"text": self.record.dispute}

    def perform_step(self, form: Any) -> None:
        """Mark."""
        text = form.cleaned_data["text"]
        dispute_invoice(self.record, actor=self.request.user, text=text, on=today() if text else None)


class IssueYears(WorkflowView):
    """One notice over several years."""

    model: Any = Invoice
    permission = "fees.run_dues"
    previews_mail = True
    title = _("Notice for several years")
    lead = _("For units that pay in advance. Years that are billed already are left out.")
    button = _("Issue and send")
    done = _("The notice is issued.")
    form_class = YearsForm

    def get_initial(self) -> dict[str, Any]:
        """This year and the next."""
        return {"first": today().year, "last": today().year + 1}

    def perform_step(self, form: Any) -> Any:
        """Issue."""
        data = form.cleaned_data
        return issue_years(data["membership"], years=list(range(data["first"], data["last"] + 1)), actor=self.request.user, on=today())


class Explain(WorkflowView):
    """What a unit owes and why."""

    model: Any = Invoice
    permission = "fees.view_invoice"
    title = _("What a unit owes, and why")
    button = _("Show")
    form_class = ExplainForm
    panel_template = "fees/admin_explain.html"
    panel_below = True

    def get_initial(self) -> dict[str, Any]:
        """Last year to the next."""
        return {"first": today().year - 1, "last": today().year + 1, "institution": self.request.GET.get("institution")}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """With a unit and years in the address, the answer at once: the page can be linked to and kept."""
        if not {"institution", "first", "last"} <= set(request.GET):
            return super().get(request, *args, **kwargs)
        form = self.form_class(request.GET)
        return self.perform(form) if form.is_valid() else self.form_invalid(form)

    def perform(self, form: Any) -> HttpResponse:
        """The same page with the answer."""
        data = form.cleaned_data
        last = min(data["last"], data["first"] + 30)
        years = explain(data["institution"], data["first"], last)
        totals = {"billed": sum(year.billed for year in years), "paid": sum(year.paid for year in years), "owed": sum(year.owed for year in years)}
        return self.render_to_response(self.get_context_data(form=form, years=years, unit=data["institution"], totals=totals))
