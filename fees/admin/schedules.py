"""Fee schedules in the admin."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliance.common.admin import AllianceModelAdmin
from alliance.common.admin.base import AllianceInline
from alliance.common.admin.columns import yuan
from alliance.common.money import format_money
from fees.models import FeeSchedule, TierAmount


class TierAmountInline(AllianceInline):
    """Amounts of the tiers."""

    model = TierAmount
    fields = ("tier", "amount")
    editable_fields = ("tier", "amount")
    extra = 1


@admin.register(FeeSchedule)
class FeeScheduleAdmin(AllianceModelAdmin):
    """What membership costs from a year on."""

    entry_fee_shown = yuan("entry_fee", _("entry fee"))
    list_display = ("effective_from_year", "entry_fee_shown", "due_days", "grace_days", "clause", "is_sample")
    editable_fields = (
        "entry_fee",
        "membership_year",
        "active_from",
        "suspend_after_days",
        "remove_after_days",
        "stale_statement_days",
        "late_joining",
        "second_approval_above",
        "credit_approval_above",
        "due_days",
        "grace_days",
        "annual_minimum",
        "annual_maximum",
        "clause",
        "note",
        "is_sample",
    )
    inlines = (TierAmountInline,)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save, then warn of amounts outside the charter's range (R4)."""
        super().save_related(request, form, formsets, change)
        schedule: FeeSchedule = form.instance
        for row in schedule.amounts.select_related("tier"):
            if schedule.is_outside_charter(row.amount):
                text = gettext("%(tier)s: %(amount)s lies outside the charter's %(low)s to %(high)s. It is saved; check it.")
                low, high = format_money(schedule.annual_minimum), format_money(schedule.annual_maximum)
                messages.warning(request, text % {"tier": row.tier, "amount": format_money(row.amount), "low": low, "high": high})
