"""The admin of fees: records, and each workflow step as a button on the record."""

from fees.admin import dues, fapiaos, invoices, payments, schedules, statements  # noqa: F401 (registration by import)
