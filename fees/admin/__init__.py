"""The admin of fees: records, and each workflow step as a button on the record."""

from fees.admin import (  # noqa: F401 (registration by import)
    adjustments,
    credit_notes,
    dunning,
    fapiaos,
    invoices,
    ledger,
    payments,
    periods,
    refunds,
    runs,
    schedules,
    statement_records,
    vouchers,
)
