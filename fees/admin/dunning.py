"""Reminders of dues in the admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from alliance.common.admin import AllianceModelAdmin
from alliance.common.admin.workflow import WorkflowView
from alliance.common.clock import today
from alliance.common.models import OutboxMessage
from alliance.common.views import PermissionRequired
from alliance.common.workdays import add_workdays
from fees.forms.dues import PauseForm
from fees.forms.fields import parse_day
from fees.forms.payments import ReasonForm
from fees.ladder import ladder
from fees.models import DunningPause, DunningText, QuietPeriod
from fees.selectors.dunning import letters_on, reinstatements_to_propose, removals_to_propose, step_name, suspensions_to_propose
from fees.selectors.standing import open_invoices
from fees.services.dunning import propose_removal
from fees.services.vouchers import pause_dunning
from members.models import Membership
from members.services.memberships import suspend_membership


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


class Dunning(PermissionRequired, TemplateView):
    """Who is reminded on a day and who is not, what follows when nothing helps, and what has been sent."""

    permission = "fees.read_reports"
    template_name = "fees/admin_dunning.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """For today, or the day asked for."""
        on = parse_day(self.request.GET.get("on", "")) or today()
        letters = letters_on(on, ladder())
        return {
            **admin.site.each_context(self.request),
            **super().get_context_data(**kwargs),
            "title": _("Reminders of dues"),
            "on": on,
            "ladder": [step_name(step) for step in ladder()],
            "next_day": add_workdays(on, 1),
            "letters": [letter for letter in letters if not letter.skipped],
            "skipped": [letter for letter in letters if letter.skipped],
            "suspensions": suspensions_to_propose(on),
            "removals": removals_to_propose(on),
            "reinstatements": reinstatements_to_propose(),
            "log": [(mail, step_of(mail)) for mail in OutboxMessage.objects.filter(template="notices/mail/invoice_due").order_by("-created_at", "-pk")[:30]],
        }


def step_of(mail: OutboxMessage) -> str:
    """Which step a reminder was, in words; its key names it (`reminder:invoice_due:15:…`)."""
    offset = mail.key.split(":")[2] if mail.key.count(":") > 1 else ""
    return step_name(int(offset)) if offset.lstrip("-").isdigit() else ""


class LongOverdue(WorkflowView):
    """A step on a membership whose dues are long overdue."""

    model: Any = Membership
    permission = "members.manage_membership"
    form_class: type[forms.BaseForm] = ReasonForm
    panel_template = "fees/admin_owed.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the unit owes."""
        return super().get_context_data(owed=open_invoices(self.record.institution), **kwargs)

    def get_initial(self) -> dict[str, Any]:
        """The oldest notice names the reason."""
        oldest = open_invoices(self.record.institution).first()
        return {"reason": gettext("Dues unpaid since %(day)s (%(number)s).") % {"day": oldest.due_on, "number": oldest.number}} if oldest else {}


class SuspendOverdue(LongOverdue):
    """The unit rests until it has paid."""

    title = _("Suspend for unpaid dues")
    lead = _("The unit stays in the register, marked as suspended, and has no benefits until it is reinstated.")
    button = _("Suspend")
    done = _("The membership is suspended.")
    danger = True

    def perform_step(self, form: Any) -> None:
        """Suspend."""
        suspend_membership(self.record, actor=self.request.user, reason=form.cleaned_data["reason"], on=today())


class RemoveOverdue(LongOverdue):
    """A proposal to the council."""

    title = _("Propose the removal to the council")
    lead = _("A departure is entered and passed on: the next ballot can put it to the vote. The membership ends only when the council has decided so.")
    button = _("Propose the removal")
    done = _("The removal waits for the council.")
    danger = True

    def perform_step(self, form: Any) -> Any:
        """Enter the departure, screened: what it says has just been looked at."""
        return propose_removal(self.record, actor=self.request.user, reason=form.cleaned_data["reason"])


@admin.register(DunningText)
class DunningTextAdmin(AllianceModelAdmin):
    """What the letters say, for each step and tier."""

    list_display = ("step", "tier", "text")
    list_select_related = ("tier",)
    editable_fields = ("offset_days", "tier", "text")

    @admin.display(description=_("step"), ordering="offset_days")
    def step(self, obj: DunningText) -> str:
        """In words."""
        return step_name(obj.offset_days)


@admin.register(QuietPeriod)
class QuietPeriodAdmin(AllianceModelAdmin):
    """When no reminder of dues goes out."""

    list_display = ("reason", "first", "last", "yearly", "is_sample")
    editable_fields = ("first", "last", "yearly", "reason", "is_sample")
