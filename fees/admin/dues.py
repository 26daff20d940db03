"""Runs, reductions, reported transfers, pauses, closed periods and reports in the admin."""

import datetime as dt
import io
from collections import Counter
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.styles import Font

from alliance.common.admin import AllianceModelAdmin, WorkflowButton, workflow_path
from alliance.common.admin.exports import XLSX, cell
from alliance.common.admin.workflow import WorkflowView
from alliance.common.clock import today
from alliance.common.money import format_money
from fees.enums import AdjustmentState, RunState, VoucherState
from fees.forms import AmountField, DayField, FoldedField, ReasonForm
from fees.models import Adjustment, ClosedPeriod, CreditNote, DuesRun, DunningPause, Invoice, Voucher
from fees.selectors.dues import DUE, candidates, explain
from fees.selectors.reports import year_end
from fees.services.adjustments import approve_adjustment, propose_adjustment, refuse_adjustment
from fees.services.billing import credit_invoice, dispute_invoice, issue_years
from fees.services.dues import draft_run, run_failed, start_run, void_run
from fees.services.vouchers import close_period, confirm_voucher, dismiss_voucher, pause_dunning, reopen_period
from members.admin.searching import InstitutionSearch
from members.models import Institution, Tier
from members.selectors.memberships import current_members


class FutureDayField(forms.DateField):
    """Any day."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def member_units() -> Any:
    """Units with a membership, by name."""
    return Institution.objects.filter(memberships__isnull=False).distinct().order_by("name")


class NewRunForm(forms.Form):
    """Which year, which date, whom."""

    year = forms.IntegerField(label=_("Year"), min_value=2018, max_value=2100)
    issued_on = FutureDayField(label=_("Date of the notices"))
    tier = forms.ModelChoiceField(Tier.objects.all(), label=_("Only this tier"), required=False)
    institution = forms.ModelChoiceField(Institution.objects.none(), label=_("Only this unit"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["institution"].queryset = member_units()  # type: ignore[attr-defined]


class NewRun(WorkflowView):
    """Draft a run."""

    model: Any = DuesRun
    permission = "fees.run_dues"
    title = _("New dues run")
    lead = _("A preview is made first: who is billed what and why, who is left out and why. Nothing is issued before you start it.")
    button = _("Preview")
    form_class = NewRunForm

    def get_initial(self) -> dict[str, Any]:
        """This year, today."""
        return {"year": today().year, "issued_on": today()}

    def perform_step(self, form: Any) -> Any:
        """Draft."""
        return draft_run(actor=self.request.user, **form.cleaned_data)


class StartRun(WorkflowView):
    """Issue."""

    model = DuesRun
    permission = "fees.run_dues"
    title = _("Issue the notices")
    lead = _("The notices are issued in the background, all or none; afterwards each unit gets its mail.")
    button = _("Issue and send")
    done = _("The run has started. Its progress stands among the background jobs.")
    panel_template = "fees/admin_run.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The preview once more."""
        return super().get_context_data(**preview_of(self.record), **kwargs)

    def perform_step(self, form: Any) -> None:
        """Start."""
        start_run(self.record, actor=self.request.user)


class VoidRun(WorkflowView):
    """Void all notices of a run."""

    model = DuesRun
    permission = "fees.run_dues"
    title = _("Void the run")
    lead = _("All its notices become void; their numbers stay used and the year can be billed anew. Only possible before anything was paid.")
    button = _("Void the run")
    done = _("The run is void.")
    danger = True
    form_class = ReasonForm

    def perform_step(self, form: Any) -> None:
        """Void."""
        void_run(self.record, actor=self.request.user, reason=form.cleaned_data["reason"])


def preview_of(run: DuesRun) -> dict[str, Any]:
    """What a draft would do; nothing for a run that has been issued."""
    if run.state != RunState.DRAFT:
        return {"rows": None, "run": run}
    rows = candidates(run.year, tier_id=run.tier_id, institution_id=run.institution_id)
    due = [row for row in rows if row.verdict == DUE]
    tiers = dict(Tier.objects.values_list("pk", "name"))
    counts, sums = Counter(row.tier_id for row in due), Counter[Any]()
    for row in due:
        sums[row.tier_id] += row.net
    return {
        "run": run,
        "rows": rows,
        "due": due,
        "left_out": [row for row in rows if row.verdict != DUE],
        "tiers": [(tiers.get(tier, "—"), counts[tier], sums[tier]) for tier in sorted(counts, key=str)],
        "sum": sum((row.net for row in due), Decimal(0)),
        "before": sum((row.last_year for row in rows), Decimal(0)),
    }


@admin.register(DuesRun)
class DuesRunAdmin(AllianceModelAdmin):
    """The annual fees of a year."""

    list_display = ("year", "issued_on", "state", "count", "total_shown", "started_by")
    list_filter = ("year", "state")
    list_select_related = ("started_by",)
    list_before_template = "fees/admin_run_list.html"
    fields = ("year", "issued_on", "tier", "institution", "state", "count", "total_shown", "job", "started_by")
    readonly_fields = ("total_shown",)
    panels = ("fees/admin_run.html",)
    workflow = [
        WorkflowButton("start", _("Issue and send"), "fees.run_dues", show=lambda r: r.state == RunState.DRAFT),
        WorkflowButton("void", _("Void the run"), "fees.run_dues", show=lambda r: r.state == RunState.ISSUED, danger=True),
    ]

    @admin.display(description=_("total"))
    def total_shown(self, run: DuesRun) -> str:
        """In yuan."""
        return format_money(run.total)

    def panel_context(self, request: HttpRequest, obj: DuesRun) -> dict[str, Any]:
        """The preview, or where its notices are."""
        run_failed(obj)
        return preview_of(obj) | {"notices": f"{reverse('admin:fees_invoice_changelist')}?run__id__exact={obj.pk}"}

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        new = path("new/", admin.site.admin_view(NewRun.as_view()), name="fees_duesrun_new")
        return [new, workflow_path(StartRun, "start"), workflow_path(VoidRun, "void"), *super().get_urls()]


class AdjustmentForm(forms.Form):
    """Who, which year, how much, why."""

    membership = forms.ModelChoiceField(current_members(), label=_("Membership"))
    year = forms.IntegerField(label=_("Year"), min_value=2018, max_value=2100)
    amount = AmountField(label=_("Reduction in yuan"))
    reason = FoldedField(label=_("Reason"), max_length=200)


class ProposeAdjustment(WorkflowView):
    """Propose a reduction."""

    model = Adjustment
    permission = "fees.adjust"
    title = _("Reduce a fee")
    lead = _(
        "Small reductions take effect at once, larger ones when a second person has approved them. On a notice that is issued already it becomes a credit note."
    )
    button = _("Propose")
    done = _("The reduction is recorded.")
    form_class = AdjustmentForm

    def get_initial(self) -> dict[str, Any]:
        """This year."""
        return {"year": today().year}

    def perform_step(self, form: Any) -> Any:
        """Propose."""
        data = form.cleaned_data
        return propose_adjustment(data["membership"], year=data["year"], amount=data["amount"], reason=data["reason"], actor=self.request.user)


class ApproveAdjustment(WorkflowView):
    """Approve."""

    model = Adjustment
    permission = "fees.adjust"
    title = _("Approve the reduction")
    button = _("Approve")
    done = _("The reduction is approved.")

    def perform_step(self, form: Any) -> None:
        """Approve."""
        approve_adjustment(self.record, actor=self.request.user)


class RefuseAdjustment(WorkflowView):
    """Refuse."""

    model = Adjustment
    permission = "fees.adjust"
    title = _("Refuse the reduction")
    button = _("Refuse")
    done = _("The reduction is refused.")
    danger = True

    def perform_step(self, form: Any) -> None:
        """Refuse."""
        refuse_adjustment(self.record, actor=self.request.user)


@admin.register(Adjustment)
class AdjustmentAdmin(InstitutionSearch, AllianceModelAdmin):
    """Discounts and waivers."""

    list_display = ("membership", "year", "amount", "reason", "state", "proposed_by", "decided_by")
    list_filter = ("state", "year")
    list_select_related = ("membership__institution", "proposed_by", "decided_by")
    search_fields = ("reason",)
    institution_paths = ("membership__institution",)
    list_before_template = "fees/admin_adjustment_list.html"
    workflow = [
        WorkflowButton("approve", _("Approve"), "fees.adjust", show=lambda a: a.state == AdjustmentState.PROPOSED),
        WorkflowButton("refuse", _("Refuse"), "fees.adjust", show=lambda a: a.state == AdjustmentState.PROPOSED, danger=True),
    ]

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        new = path("new/", admin.site.admin_view(ProposeAdjustment.as_view()), name="fees_adjustment_new")
        return [new, workflow_path(ApproveAdjustment, "approve"), workflow_path(RefuseAdjustment, "refuse"), *super().get_urls()]


@admin.register(CreditNote)
class CreditNoteAdmin(InstitutionSearch, AllianceModelAdmin):
    """Credit notes."""

    list_display = ("number", "invoice", "amount", "reason", "credited_on", "made_by")
    list_select_related = ("invoice", "made_by")
    search_fields = ("number", "invoice__number", "invoice__institution_name")
    institution_paths = ("invoice__institution",)


class CreditForm(ReasonForm):
    """How much, why."""

    amount = AmountField(label=_("Amount in yuan"))
    field_order = ("amount", "reason")


class CreditInvoice(WorkflowView):
    """Take something off a notice."""

    model = Invoice
    permission = "fees.credit_invoice"
    title = _("Issue a credit note")
    lead = _("The notice stays as it is; the credit note with its own number takes the amount off what is owed.")
    button = _("Issue the credit note")
    done = _("The credit note is issued.")
    form_class = CreditForm

    def get_initial(self) -> dict[str, Any]:
        """All that is owed."""
        return {"amount": self.record.owed}

    def perform_step(self, form: Any) -> None:
        """Credit."""
        credit_invoice(self.record, amount=form.cleaned_data["amount"], reason=form.cleaned_data["reason"], actor=self.request.user, on=today())


class DisputeForm(forms.Form):
    """What the unit objects to; empty when it is settled."""

    text = FoldedField(label=_("What the unit objects to"), max_length=200, required=False, help_text=_("Empty: the dispute is settled."))


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


class YearsForm(forms.Form):
    """Which unit, which years."""

    membership = forms.ModelChoiceField(current_members(), label=_("Membership"))
    first = forms.IntegerField(label=_("First year"), min_value=2018, max_value=2100)
    last = forms.IntegerField(label=_("Last year"), min_value=2018, max_value=2100)

    def clean(self) -> dict[str, Any]:
        """In order, and not for ever."""
        data = super().clean() or {}
        if not self.errors and not data["first"] <= data["last"] <= data["first"] + 9:
            raise forms.ValidationError(_("The last year must not lie before the first, and not more than nine years after it."))
        return data


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


class ExplainForm(forms.Form):
    """Whose dues, which years."""

    institution = forms.ModelChoiceField(Institution.objects.none(), label=_("Institution"))
    first = forms.IntegerField(label=_("First year"), min_value=2018, max_value=2100)
    last = forms.IntegerField(label=_("Last year"), min_value=2018, max_value=2100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["institution"].queryset = member_units()  # type: ignore[attr-defined]


class Explain(WorkflowView):
    """What a unit owes and why."""

    model: Any = Invoice
    permission = "fees.view_invoice"
    title = _("What a unit owes, and why")
    button = _("Show")
    form_class = ExplainForm
    panel_template = "fees/admin_explain.html"

    def get_initial(self) -> dict[str, Any]:
        """Last year to the next."""
        return {"first": today().year - 1, "last": today().year + 1, "institution": self.request.GET.get("institution")}

    def perform(self, form: Any) -> HttpResponse:
        """The same page with the answer."""
        data = form.cleaned_data
        last = min(data["last"], data["first"] + 30)
        years = explain(data["institution"], data["first"], last)
        return self.render_to_response(self.get_context_data(form=form, years=years, unit=data["institution"]))


class ReportForm(forms.Form):
    """From when to when."""

    first = FutureDayField(label=_("From"))
    last = FutureDayField(label=_("Until, and as of"))

    def clean(self) -> dict[str, Any]:
        """In order."""
        data = super().clean() or {}
        if not self.errors and data["last"] < data["first"]:
            raise forms.ValidationError(_("The end lies before the beginning."))
        return data


class Reports(WorkflowView):
    """The year's end: on the page, or as a workbook."""

    model: Any = Invoice
    permission = "fees.read_reports"
    title = _("Reports")
    lead = _("Receivables as of the last day, income, cash, reductions, all numbers issued, and the journal for the accounting system.")
    button = _("Show")
    form_class = ReportForm
    panel_template = "fees/admin_reports.html"

    def get_initial(self) -> dict[str, Any]:
        """This year so far."""
        return {"first": today().replace(month=1, day=1), "last": today()}

    def perform(self, form: Any) -> HttpResponse:
        """Tables on the page, or the workbook."""
        tables = year_end(form.cleaned_data["first"], form.cleaned_data["last"])
        if "xlsx" in self.request.POST:
            return self.workbook(tables, form.cleaned_data["last"])
        short = [(title, header, rows[:50], len(rows)) for title, header, rows in tables]
        return self.render_to_response(self.get_context_data(form=form, tables=short))

    @staticmethod
    def workbook(tables: Any, last: dt.date) -> HttpResponse:
        """One sheet for each report."""
        book = Workbook()
        book.remove(book.active)
        for title, header, rows in tables:
            sheet = book.create_sheet(title[:31])
            sheet.append(header)
            for head in sheet[1]:
                head.font = Font(bold=True)
            sheet.freeze_panes = "A2"
            for row in rows:
                sheet.append([cell(value) for value in row])
        buffer = io.BytesIO()
        book.save(buffer)
        response = HttpResponse(buffer.getvalue(), content_type=XLSX)
        response.headers["Content-Disposition"] = f'attachment; filename="fees-{last}.xlsx"'
        return response


class ConfirmForm(forms.Form):
    """As the bank has it."""

    received_on = DayField(label=_("Received on"))
    amount = AmountField(label=_("Amount in yuan"))
    payer_name = FoldedField(label=_("Payer"), max_length=120)
    bank_serial = FoldedField(label=_("Serial number of the bank"), max_length=60, required=False)


class ConfirmVoucher(WorkflowView):
    """The money is there."""

    model = Voucher
    permission = "fees.record_payment"
    title = _("Confirm the transfer")
    lead = _("Compare with the bank's statement. The payment is recorded and pays what the unit owes, oldest first.")
    button = _("Record the payment")
    done = _("The payment is recorded.")
    form_class = ConfirmForm
    panel_template = "fees/admin_voucher.html"

    def get_initial(self) -> dict[str, Any]:
        """As the unit says."""
        return {"received_on": self.record.paid_on, "amount": self.record.amount, "payer_name": self.record.payer_name}

    def perform_step(self, form: Any) -> Any:
        """Confirm."""
        return confirm_voucher(self.record, actor=self.request.user, **form.cleaned_data)


class DismissVoucher(WorkflowView):
    """It belongs to nothing of ours."""

    model = Voucher
    permission = "fees.record_payment"
    title = _("Do not use the voucher")
    lead = _("The unit sees the reason on its page.")
    button = _("Do not use")
    done = _("Saved.")
    danger = True
    form_class = ReasonForm

    def perform_step(self, form: Any) -> None:
        """Dismiss."""
        dismiss_voucher(self.record, actor=self.request.user, reason=form.cleaned_data["reason"])


@admin.register(Voucher)
class VoucherAdmin(InstitutionSearch, AllianceModelAdmin):
    """Transfers as units report them."""

    list_display = ("institution", "paid_on", "amount", "payer_name", "remark", "state")
    list_filter = ("state",)
    list_select_related = ("institution",)
    search_fields = ("payer_name", "remark")
    panels = ("fees/admin_voucher.html",)
    workflow = [
        WorkflowButton("confirm", _("Confirm the transfer"), "fees.record_payment", show=lambda v: v.state == VoucherState.NEW),
        WorkflowButton("dismiss", _("Do not use"), "fees.record_payment", show=lambda v: v.state == VoucherState.NEW, danger=True),
    ]

    def panel_context(self, request: HttpRequest, obj: Voucher) -> dict[str, Any]:
        """The picture."""
        return {"record": obj}

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        return [workflow_path(ConfirmVoucher, "confirm"), workflow_path(DismissVoucher, "dismiss"), *super().get_urls()]


class PauseForm(forms.Form):
    """Whom, until when, why."""

    institution = forms.ModelChoiceField(Institution.objects.none(), label=_("Institution"))
    until = FutureDayField(label=_("Until"))
    reason = FoldedField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["institution"].queryset = member_units()  # type: ignore[attr-defined]


class Pause(WorkflowView):
    """No reminders to a unit for a while."""

    model: Any = DunningPause
    permission = "fees.adjust"
    title = _("Pause the reminders")
    button = _("Pause")
    done = _("No reminders about dues go to the unit until then.")
    form_class = PauseForm

    def perform_step(self, form: Any) -> Any:
        """Pause."""
        return pause_dunning(actor=self.request.user, **form.cleaned_data)


@admin.register(DunningPause)
class DunningPauseAdmin(AllianceModelAdmin):
    """Pauses of reminders."""

    list_display = ("institution", "until", "reason", "made_by")
    list_select_related = ("institution", "made_by")
    editable_fields = ("until", "reason")
    list_before_template = "fees/admin_pause_list.html"

    def get_urls(self) -> list[URLPattern]:
        """The step."""
        return [path("new/", admin.site.admin_view(Pause.as_view()), name="fees_dunningpause_new"), *super().get_urls()]


class CloseForm(forms.Form):
    """Up to which day."""

    until = FutureDayField(label=_("Closed until"))


class ClosePeriod(WorkflowView):
    """Close the books."""

    model: Any = ClosedPeriod
    permission = "fees.close_period"
    title = _("Close the books")
    lead = _("Nothing more is booked up to and including this day: no notice, no payment, no credit note, no reversal.")
    button = _("Close")
    done = _("The books are closed.")
    danger = True
    form_class = CloseForm

    def get_initial(self) -> dict[str, Any]:
        """The end of last year."""
        return {"until": dt.date(today().year - 1, 12, 31)}

    def perform_step(self, form: Any) -> Any:
        """Close."""
        return close_period(until=form.cleaned_data["until"], actor=self.request.user)


class ReopenPeriod(WorkflowView):
    """Open them again."""

    model = ClosedPeriod
    permission = "fees.close_period"
    title = _("Open the books again")
    button = _("Open again")
    done = _("The books are open again.")
    danger = True
    form_class = ReasonForm

    def perform_step(self, form: Any) -> None:
        """Open."""
        reopen_period(self.record, actor=self.request.user, reason=form.cleaned_data["reason"])


@admin.register(ClosedPeriod)
class ClosedPeriodAdmin(AllianceModelAdmin):
    """Closed periods."""

    list_display = ("until", "closed_by", "reopened_at", "reopen_reason")
    list_select_related = ("closed_by",)
    list_before_template = "fees/admin_period_list.html"
    workflow = [WorkflowButton("reopen", _("Open the books again"), "fees.close_period", show=lambda p: p.reopened_at is None, danger=True)]

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        new = path("new/", admin.site.admin_view(ClosePeriod.as_view()), name="fees_closedperiod_new")
        return [new, workflow_path(ReopenPeriod, "reopen"), *super().get_urls()]
