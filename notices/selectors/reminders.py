"""Which reminders are on."""

from notices.enums import ReminderKind
from notices.models import ReminderRule


def dunning_ladder() -> list[int]:
    """The steps of the reminders about dues that are on, in days before (negative) or after the due date."""
    return list(ReminderRule.objects.filter(kind=ReminderKind.INVOICE_DUE, is_active=True).order_by("offset_days").values_list("offset_days", flat=True))
