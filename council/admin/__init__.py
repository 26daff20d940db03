"""The admin of council: records, and each workflow step as a button on the record."""

from council.admin import records, steps  # noqa: F401 (registration by import)
