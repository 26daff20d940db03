"""Tables of notices."""

from notices.models.notice import Acknowledgement, Notice, NoticeAttachment
from notices.models.office import IssuingOffice
from notices.models.reminder import ReminderRule, ReminderRun

__all__ = [
    "Acknowledgement",
    "IssuingOffice",
    "Notice",
    "NoticeAttachment",
    "ReminderRule",
    "ReminderRun",
]
