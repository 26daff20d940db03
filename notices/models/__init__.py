"""Tables of notices."""

from notices.models.notice import Acknowledgement, Notice
from notices.models.reminder import ReminderRule, ReminderRun

__all__ = [
    "Acknowledgement",
    "Notice",
    "ReminderRule",
    "ReminderRun",
]
