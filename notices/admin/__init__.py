"""The admin of notices: records, and each workflow step as a button on the record."""

from notices.admin import audiences, consultations, notices, releases, reminders  # noqa: F401 (registration by import)
