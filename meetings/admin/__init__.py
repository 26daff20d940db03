"""The admin of meetings: records, and each workflow step as a button on the record."""

from meetings.admin import asked, content, day, records, steps, terms  # noqa: F401 (registration by import)
