"""The admin of members: records, and each workflow step as a button on the record."""

from members.admin import more, records, register, steps  # noqa: F401 (registration by import)
