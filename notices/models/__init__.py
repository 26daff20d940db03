"""Tables of notices."""

from notices.models.audience import Audience
from notices.models.consultation import AskedUnit, Comment, Consultation, Section
from notices.models.notice import Acknowledgement, Notice, NoticeAttachment
from notices.models.office import IssuingOffice
from notices.models.release import MailChoice, Recipient, Release
from notices.models.reminder import ReminderRule, ReminderRun

__all__ = [
    "Acknowledgement",
    "AskedUnit",
    "Audience",
    "Comment",
    "Consultation",
    "IssuingOffice",
    "MailChoice",
    "Notice",
    "NoticeAttachment",
    "Recipient",
    "Release",
    "ReminderRule",
    "ReminderRun",
    "Section",
]
