"""Kinds and states of notices and reminders."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReminderKind(models.TextChoices):
    """What there is to be reminded of. Each kind has a source in notices/sources/."""

    INVOICE_DUE = "invoice_due", _("Payment notice due")
    BALLOT_CLOSING = "ballot_closing", _("Ballot closing, to those who have not voted")
    APPLICATION_RETURNED = "application_returned", _("Application returned, waiting for the applicant")
    MEETING_SOON = "meeting_soon", _("Meeting soon, to those who are registered")
    DRAFT_EXPIRING = "draft_expiring", _("Draft of an application about to be closed")
    DATA_CHECK = "data_check", _("Data check not answered")


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
    ISSUED = "issued", _("Issued")
    WITHDRAWN = "withdrawn", _("Withdrawn")


N = NoticeState
NOTICE_TRANSITIONS = {N.DRAFT: {N.REVIEW}, N.REVIEW: {N.DRAFT, N.ISSUED}, N.ISSUED: {N.WITHDRAWN}, N.WITHDRAWN: set()}
