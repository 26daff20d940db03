"""Kinds and states of notices and reminders."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ReminderKind(models.TextChoices):
    """What there is to be reminded of. Each kind has a source in notices/sources/."""

    INVOICE_DUE = "invoice_due", _("Payment notice due")
    BALLOT_CLOSING = "ballot_closing", _("Ballot closing, to those who have not voted")
    APPLICATION_RETURNED = "application_returned", _("Application returned, waiting for the applicant")
    MEETING_SOON = "meeting_soon", _("Meeting soon, to those who are registered")
    DRAFT_EXPIRING = "draft_expiring", _("Draft of an application about to be closed")
    DATA_CHECK = "data_check", _("Data check not answered")
    CONSULTATION = "consultation", _("Consultation not answered")


class Audience(models.TextChoices):
    """To whom a reminder goes. The values of roles are those of members.enums.PersonRole."""

    CONCERNED = "", _("Those concerned")
    LIAISON = "liaison", _("Liaisons of the unit")
    FINANCE = "finance", _("Finance contacts of the unit")
    HEAD = "head", _("Heads of the unit's centre")
    SECRETARIAT = "secretariat", _("The secretariat")


class IssuingBody(models.TextChoices):
    """Whose notice it is; each has its own numbers (R18)."""

    SECRETARIAT = "secretariat", _("Secretariat")
    COUNCIL = "council", _("Council")
    ASSEMBLY = "assembly", _("General assembly")


# As it stands in the number, 秘书处〔2025〕3号, until the office's own word is set.
NUMBER_WORDS = {IssuingBody.SECRETARIAT: "秘书处", IssuingBody.COUNCIL: "理事会", IssuingBody.ASSEMBLY: "全体大会"}


class NoticeState(models.TextChoices):
    """Where a notice stands."""

    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("In review")
    ISSUED = "issued", pgettext_lazy("state of an official notice", "Issued")
    WITHDRAWN = "withdrawn", _("Withdrawn")


N = NoticeState
NOTICE_TRANSITIONS = {N.DRAFT: {N.REVIEW}, N.REVIEW: {N.DRAFT, N.ISSUED}, N.ISSUED: {N.WITHDRAWN}, N.WITHDRAWN: set()}


class Purpose(models.TextChoices):
    """What a mailing is for."""

    NOTICE = "notice", _("The notice")
    REMINDER = "reminder", _("Reminder to the silent")
    WITHDRAWAL = "withdrawal", _("Withdrawal")


class ReleaseState(models.TextChoices):
    """Where a mailing stands."""

    SCHEDULED = "scheduled", _("Scheduled")
    SENDING = "sending", _("Being sent")
    PAUSED = "paused", _("Paused")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


R = ReleaseState
RELEASE_TRANSITIONS = {
    R.SCHEDULED: {R.SENDING, R.CANCELLED},
    R.SENDING: {R.PAUSED, R.DONE},
    R.PAUSED: {R.SENDING, R.CANCELLED},
    R.DONE: set(),
    R.CANCELLED: set(),
}


class Fate(models.TextChoices):
    """What became of a mail of a mailing."""

    WAITING = "waiting", _("Not yet handed over")
    QUEUED = "queued", _("Queued")
    HELD = "held", _("Held back")
    SENT = "sent", _("Sent")
    REFUSED = "refused", pgettext_lazy("mail", "Refused")
    BOUNCED = "bounced", _("Bounced")
    UNKNOWN = "unknown", _("Fate unknown")


class Standing(models.TextChoices):
    """How a unit stands, for choosing whom to write to."""

    GOOD = "good", _("In good standing")
    ARREARS = "arrears", _("Overdue beyond grace")
    SUSPENDED = "suspended", _("Suspended")
    PENDING = "pending", _("Awaiting payment")


class UnitKind(models.TextChoices):
    """Kinds of universities (R19), for choosing whom to write to."""

    IS_985 = "985", "985"
    IS_211 = "211", "211"
    DOUBLE = "double", _("Double First-Class")
    LOCAL = "local", _("Local institution")
    PRIVATE = "private", _("Private")
    COOPERATIVE = "cooperative", _("Cooperative institution")


class Presence(models.TextChoices):
    """What a unit has to do with a meeting."""

    REGISTERED = "registered", pgettext_lazy("state", "Registered")
    ATTENDED = "attended", _("Attended")
    NOT_REGISTERED = "not_registered", _("Not registered")


class ConsultationState(models.TextChoices):
    """Where a consultation stands."""

    DRAFT = "draft", _("Draft")
    OPEN = "open", pgettext_lazy("state of a consultation", "Open")
    CLOSED = "closed", _("Closed, to be answered")
    ANSWERED = "answered", pgettext_lazy("state of a consultation", "Answered")


C = ConsultationState
# Closed again opened: when the time is extended.
CONSULTATION_TRANSITIONS = {C.DRAFT: {C.OPEN}, C.OPEN: {C.CLOSED}, C.CLOSED: {C.OPEN, C.ANSWERED}, C.ANSWERED: set()}


class Visibility(models.TextChoices):
    """Who sees the comments of the others."""

    SECRETARIAT = "secretariat", _("Only the secretariat; the summary names no unit")
    AFTER_CLOSE = "after_close", _("All units that were asked, when the summary is published")
    AT_ONCE = "at_once", _("All units that are asked, at once")
