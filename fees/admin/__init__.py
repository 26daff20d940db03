"""The admin of fees: records, and each workflow step as a button on the record."""

from fees.admin import adjustments, dunning, fapiaos, invoices, ledger, payments, periods, runs, schedules, statements, vouchers  # noqa: F401 (registration by import)
