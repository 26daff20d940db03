"""Many payment notices at once, for printing or sending by post."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance.common.admin.workflow import WorkflowView
from alliance.common.clock import today
from fees.enums import UNSETTLED
from fees.forms.dues import PapersForm
from fees.models import Invoice
from fees.services.papers import start_papers


class MakePapers(WorkflowView):
    """Start the background job; its page has the files."""

    model: Any = Invoice
    permission = "fees.read_reports"
    title = _("Payment notices as files")
    lead = _("They are made in the background. The files stand on the job's page when it is done, 150 notices in each.")
    button = _("Make the files")
    form_class = PapersForm

    def get_initial(self) -> dict[str, Any]:
        """This year's that are not settled; those of a run when one is named."""
        return {"year": today().year, "state": "open", "run": self.request.GET.get("run")}

    def perform(self, form: Any) -> HttpResponse:
        """Choose and start."""
        data = form.cleaned_data
        chosen = Invoice.objects.filter(voided_at=None, year=data["year"])
        if data["state"] != "all":
            chosen = chosen.filter(state__in=UNSETTLED)
        if data["state"] == "overdue":
            chosen = chosen.filter(due_on__lt=today())
        if data["tier"]:
            chosen = chosen.filter(lines__tier=data["tier"]).distinct()
        if data["run"]:
            chosen = chosen.filter(run=data["run"])
        job = start_papers(list(chosen.order_by("sequence").values_list("pk", flat=True)), kind=data["kind"], actor=self.request.user)
        return redirect(reverse("admin:common_job_change", args=[job.pk]))
