"""The admin of meetings: records, and each workflow step as a button on the record."""

from meetings.admin import content, day, records, steps  # noqa: F401 (registration by import)
