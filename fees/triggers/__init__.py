"""The triggers that keep the books, by what they keep. Whatever door a change comes through, these hold."""

from fees.triggers.fapiaos import red_ones_within_the_first
from fees.triggers.giving_back import allocation_leaves_refunds, large_credit_needs_second_person, refund_within_what_is_there
from fees.triggers.money import allocation_moves_money, credit_reduces_invoice, only_by_trigger, reversal_uses_money, within_its_line
from fees.triggers.papers import line_belongs_to_invoice, lines_die_with_invoice, numbers_follow, total_is_sum_of_lines
from fees.triggers.periods import closing_waits_for_bookings, not_changed_in_closed_period, not_in_closed_period

__all__ = [
    "allocation_leaves_refunds",
    "allocation_moves_money",
    "closing_waits_for_bookings",
    "credit_reduces_invoice",
    "large_credit_needs_second_person",
    "line_belongs_to_invoice",
    "lines_die_with_invoice",
    "not_changed_in_closed_period",
    "not_in_closed_period",
    "numbers_follow",
    "only_by_trigger",
    "red_ones_within_the_first",
    "refund_within_what_is_there",
    "reversal_uses_money",
    "total_is_sum_of_lines",
    "within_its_line",
]
