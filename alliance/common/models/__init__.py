"""Tables of the ground floor."""

from alliance.common.models.audit import LogEntry, LogSubject
from alliance.common.models.base import TimestampedModel
from alliance.common.models.bounces import Bounce
from alliance.common.models.calendar import CalendarDay
from alliance.common.models.documents import VerifiableDocument
from alliance.common.models.feeds import SecretFeed
from alliance.common.models.files import StoredFile
from alliance.common.models.jobs import Job, JobRow
from alliance.common.models.mailing import DomainRate, MailSettings
from alliance.common.models.mailtexts import MailTextVersion
from alliance.common.models.numbering import NumberSeries
from alliance.common.models.organisation import Organisation
from alliance.common.models.outbox import OutboxAttachment, OutboxMessage, OutboxSubject
from alliance.common.models.robots import Robot, RobotPost
from alliance.common.models.schedule import Heartbeat, ScheduleEntry, TaskRun
from alliance.common.models.sheets import SheetChange, SheetImport, SheetMapping, SheetRow

__all__ = [
    "Bounce",
    "CalendarDay",
    "DomainRate",
    "Heartbeat",
    "Job",
    "JobRow",
    "LogEntry",
    "LogSubject",
    "MailSettings",
    "MailTextVersion",
    "NumberSeries",
    "Organisation",
    "OutboxAttachment",
    "OutboxMessage",
    "OutboxSubject",
    "Robot",
    "RobotPost",
    "ScheduleEntry",
    "SecretFeed",
    "SheetChange",
    "SheetImport",
    "SheetMapping",
    "SheetRow",
    "StoredFile",
    "TaskRun",
    "TimestampedModel",
    "VerifiableDocument",
]
