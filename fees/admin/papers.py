"""Many payment notices at once, for printing or sending by post."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance.common.admin.workflow import WorkflowView
from alliance.common.clock import today
from fees.enums import UNSETTLED
from fees.models import DuesRun, Invoice
from fees.services.papers import ZIP, start_papers
from members.models import Tier

STATES = [("open", _("Not settled")), ("overdue", _("Overdue")), ("all", _("All that are not void"))]


class PapersForm(forms.Form):
    """Which notices, in which form."""

    year = forms.IntegerField(label=_("Year"), min_value=2018, max_value=2100)
    state = forms.ChoiceField(label=_("Which"), choices=STATES)
    tier = forms.ModelChoiceField(Tier.objects.all(), label=_("Only this tier"), required=False)
    run = forms.ModelChoiceField(DuesRun.objects.all(), label=_("Only this dues run"), required=False)
    kind = forms.ChoiceField(label=_("Form"), choices=[("pdf", _("one PDF to print")), (ZIP, _("an archive of single PDFs"))])


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
