"""The books as double entries, each on its day. All reports are sums over these entries, so they agree with each other to the fen.

An entry is dated when it is booked and never changes afterwards: what is undone gets an entry of its own on the day of the undoing. So the
figures of a closed period stay what they were, whatever happens later.
"""

from fees.enums import LedgerRole
from fees.models import LedgerAccount

# Columns: day, voucher, debit, credit, amount, institution_id, invoice_id, payment_id, year and tier_id of the fee, what it is for.
_VOIDED = "(i.voided_at AT TIME ZONE 'Asia/Shanghai')::date"
_LINE = "i.institution_id, i.id AS invoice_id, NULL::bigint AS payment_id, l.year, l.tier_id"
_LINES = "FROM fees_invoiceline l JOIN fees_invoice i ON i.id = l.invoice_id"
_DEBIT = "CASE WHEN l.kind = 'discount' THEN 'reduction' ELSE 'receivable' END"
_CREDIT = "CASE WHEN l.kind = 'discount' THEN 'receivable' ELSE l.kind END"
# A credit note takes off the year and tier it was given for: those of its reduction, else of each line by its share, to the last fen.
_NOTE = "i.institution_id, i.id, NULL::bigint, f.year, f.tier_id"
_NOTES = """FROM fees_creditnote c JOIN fees_invoice i ON i.id = c.invoice_id LEFT JOIN fees_adjustment x ON x.id = c.adjustment_id
    JOIN LATERAL (
        SELECT l.year, l.tier_id, round(c.amount * sum(l.amount) OVER w / sum(l.amount) OVER (), 2)
            - round(c.amount * (sum(l.amount) OVER w - l.amount) / sum(l.amount) OVER (), 2) AS amount
        FROM fees_invoiceline l WHERE l.invoice_id = i.id AND l.amount > 0 AND (l.year = x.year AND l.kind = 'annual'
            OR NOT EXISTS (SELECT FROM fees_invoiceline o WHERE o.invoice_id = i.id AND o.amount > 0 AND o.year = x.year AND o.kind = 'annual'))
        WINDOW w AS (ORDER BY l.id)
    ) f ON f.amount <> 0"""
_MONEY = "p.institution_id, NULL::bigint, p.id, NULL::int, NULL::bigint"
_USE = "i.institution_id, i.id, a.payment_id, NULL::int, NULL::bigint"
_USES = "FROM fees_allocation a JOIN fees_invoice i ON i.id = a.invoice_id"

ENTRIES = f"""
    SELECT i.issued_on AS day, i.number AS voucher, {_DEBIT} AS debit, {_CREDIT} AS credit, abs(l.amount) AS amount, {_LINE}, 'issue' AS event {_LINES}
    UNION ALL SELECT {_VOIDED}, i.number, {_CREDIT}, {_DEBIT}, abs(l.amount), {_LINE}, 'void' {_LINES} WHERE i.voided_at IS NOT NULL
    UNION ALL SELECT c.credited_on, c.number, 'reduction', 'receivable', f.amount, {_NOTE}, 'credit' {_NOTES}
    UNION ALL SELECT {_VOIDED}, c.number, 'receivable', 'reduction', f.amount, {_NOTE}, 'void' {_NOTES} WHERE i.voided_at IS NOT NULL
    UNION ALL SELECT p.received_on, 'P' || p.id, 'bank', 'advance', p.amount, {_MONEY}, 'payment' FROM fees_payment p
    UNION ALL SELECT a.booked_on, 'P' || a.payment_id, 'advance', 'receivable', a.amount, {_USE}, 'use' {_USES}
    UNION ALL SELECT a.released_on, 'P' || a.payment_id, 'receivable', 'advance', a.amount, {_USE}, 'release' {_USES} WHERE a.released_on IS NOT NULL
    UNION ALL SELECT r.reversed_on, 'P' || p.id || '-R' || r.id, 'advance', 'bank', r.amount, {_MONEY}, r.kind
        FROM fees_reversal r JOIN fees_payment p ON p.id = r.payment_id
"""

# Examples in the numbering of the accounting system for non-profit organisations, until finance writes its own.
CHART = {
    LedgerRole.BANK: ("1002", "银行存款"),
    LedgerRole.RECEIVABLE: ("1121", "应收会费"),
    LedgerRole.ADVANCE: ("2203", "预收账款"),
    LedgerRole.ENTRY: ("420101", "会费收入——入会费"),
    LedgerRole.ANNUAL: ("420102", "会费收入——年费"),
    LedgerRole.EVENT: ("430101", "提供服务收入——会议费"),
    LedgerRole.REDUCTION: ("420109", "会费收入——减免"),
}


def accounts() -> dict[str, tuple[str, str]]:
    """Number and name of the account for each part, as finance has set them."""
    chart = {str(role): account for role, account in CHART.items()}
    return chart | {row.role: (row.code, row.name) for row in LedgerAccount.objects.all()}
