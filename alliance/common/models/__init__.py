"""Tables of the ground floor."""

from alliance.common.models.audit import LogEntry, LogSubject
from alliance.common.models.base import TimestampedModel
from alliance.common.models.documents import VerifiableDocument
from alliance.common.models.files import StoredFile
from alliance.common.models.jobs import Job, JobRow
from alliance.common.models.numbering import NumberSeries
from alliance.common.models.organisation import Organisation
from alliance.common.models.outbox import OutboxAttachment, OutboxMessage, OutboxSubject

__all__ = [
    "Job",
    "JobRow",
    "LogEntry",
    "LogSubject",
    "NumberSeries",
    "Organisation",
    "OutboxAttachment",
    "OutboxMessage",
    "OutboxSubject",
    "StoredFile",
    "TimestampedModel",
    "VerifiableDocument",
]
