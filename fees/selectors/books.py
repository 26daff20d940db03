"""The check that the stored sums and states are what the entries say, over the whole database."""

from django.db import connection

from fees.selectors.ledger import ENTRIES

# Each query counts from the entries alone and returns what differs from the stored sums: (what, number).
_CHECKS = {
    "invoice.paid": """
        SELECT i.number FROM fees_invoice i
        LEFT JOIN (SELECT invoice_id, SUM(amount) AS s FROM fees_allocation WHERE released_at IS NULL GROUP BY 1) a ON a.invoice_id = i.id
        WHERE i.paid <> COALESCE(a.s, 0)""",
    "invoice.overpaid": """
        SELECT i.number FROM fees_invoice i JOIN fees_allocation a ON a.invoice_id = i.id AND a.released_at IS NULL
        GROUP BY i.id HAVING SUM(a.amount) > CASE WHEN i.voided_at IS NULL THEN i.total - i.credited ELSE 0 END""",
    "invoice.total": """
        SELECT i.number FROM fees_invoice i LEFT JOIN (SELECT invoice_id, SUM(amount) AS s FROM fees_invoiceline GROUP BY 1) l ON l.invoice_id = i.id
        WHERE i.total <> COALESCE(l.s, 0)""",
    "invoice.state": """
        SELECT i.number FROM fees_invoice i
        LEFT JOIN (SELECT invoice_id, SUM(amount) AS s FROM fees_allocation WHERE released_at IS NULL GROUP BY 1) a ON a.invoice_id = i.id
        WHERE i.state <> CASE WHEN i.voided_at IS NOT NULL THEN 'void' WHEN COALESCE(a.s, 0) >= i.total - i.credited THEN 'settled'
                              WHEN COALESCE(a.s, 0) = 0 THEN 'open' ELSE 'part_paid' END
           OR i.owed <> CASE WHEN i.voided_at IS NOT NULL THEN 0 ELSE i.total - i.credited - COALESCE(a.s, 0) END""",
    "line.live": """
        SELECT i.number FROM fees_invoiceline l JOIN fees_invoice i ON i.id = l.invoice_id
        WHERE l.live <> (i.voided_at IS NULL) OR l.membership_id IS DISTINCT FROM i.membership_id""",
    "payment.used": """
        SELECT p.id::text FROM fees_payment p
        LEFT JOIN (SELECT payment_id, SUM(amount) AS s FROM fees_allocation WHERE released_at IS NULL GROUP BY 1) a ON a.payment_id = p.id
        LEFT JOIN (SELECT payment_id, SUM(amount) AS s FROM fees_reversal GROUP BY 1) r ON r.payment_id = p.id
        WHERE p.used <> COALESCE(a.s, 0) + COALESCE(r.s, 0) OR p.left <> p.amount - p.used""",
    "payment.overused": """
        SELECT p.id::text FROM fees_payment p
        LEFT JOIN (SELECT payment_id, SUM(amount) AS s FROM fees_allocation WHERE released_at IS NULL GROUP BY 1) a ON a.payment_id = p.id
        LEFT JOIN (SELECT payment_id, SUM(amount) AS s FROM fees_reversal GROUP BY 1) r ON r.payment_id = p.id
        WHERE COALESCE(a.s, 0) + COALESCE(r.s, 0) > p.amount""",
    "invoice.credited": """
        SELECT i.number FROM fees_invoice i LEFT JOIN (SELECT invoice_id, SUM(amount) AS s FROM fees_creditnote GROUP BY 1) c ON c.invoice_id = i.id
        WHERE i.credited <> COALESCE(c.s, 0)""",
    "credit.numbers": """
        SELECT series || year || ': ' || COUNT(*) || ' / ' || MAX(sequence) FROM fees_creditnote
        GROUP BY series, year HAVING COUNT(*) <> MAX(sequence)""",
    "invoice.numbers": """
        SELECT series || year || ': ' || COUNT(*) || ' / ' || MAX(sequence) FROM fees_invoice
        GROUP BY series, year HAVING COUNT(*) <> MAX(sequence)""",
    "ledger.receivable": f"""
        SELECT i.number FROM fees_invoice i LEFT JOIN (
            SELECT invoice_id, SUM(CASE WHEN debit = 'receivable' THEN amount ELSE -amount END) AS s FROM ({ENTRIES}) e
            WHERE 'receivable' IN (debit, credit) GROUP BY 1) l ON l.invoice_id = i.id
        WHERE i.owed <> COALESCE(l.s, 0)""",
    "ledger.advance": f"""
        SELECT p.id::text FROM fees_payment p LEFT JOIN (
            SELECT payment_id, SUM(CASE WHEN credit = 'advance' THEN amount ELSE -amount END) AS s FROM ({ENTRIES}) e
            WHERE 'advance' IN (debit, credit) GROUP BY 1) l ON l.payment_id = p.id
        WHERE p.left <> COALESCE(l.s, 0)""",
    "run.totals": """
        SELECT r.id::text FROM fees_duesrun r LEFT JOIN (SELECT run_id, COUNT(*) AS n, SUM(total) AS s FROM fees_invoice GROUP BY 1) i ON i.run_id = r.id
        WHERE r.count <> COALESCE(i.n, 0) OR r.total <> COALESCE(i.s, 0)""",
    "credit.counter": """
        SELECT n.series || ' ' || n.year || ': ' || n.last FROM common_numberseries n
        WHERE n.series LIKE 'credit:%' AND n.last <>
            (SELECT COUNT(*) FROM fees_creditnote c WHERE 'credit:' || c.series = n.series AND c.year = n.year)""",
    "invoice.counter": """
        SELECT n.series || ' ' || n.year || ': ' || n.last FROM common_numberseries n
        WHERE n.series LIKE 'invoice:%' AND n.last <>
            (SELECT COUNT(*) FROM fees_invoice i WHERE 'invoice:' || i.series = n.series AND i.year = n.year)""",
}


def discrepancies() -> list[tuple[str, str]]:
    """Every place where a stored sum, state or number differs from what the entries say: pairs of check and number. Empty in good books."""
    found = []
    with connection.cursor() as cursor:
        for check, query in _CHECKS.items():
            cursor.execute(query)
            found += [(check, number) for (number,) in cursor.fetchall()]
    return found
