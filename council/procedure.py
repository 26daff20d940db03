"""Quorum and majority, in exact whole numbers, with the arithmetic in words."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from django.utils.translation import gettext as _

from council.enums import MajorityBase, Outcome


class Rules(Protocol):
    """What of the rules of procedure decides an outcome."""

    quorum_numerator: int
    quorum_denominator: int
    majority_numerator: int
    majority_denominator: int
    majority_strict: bool
    majority_base: str
    recused_count_for_quorum: bool


@dataclass(frozen=True)
class Decision:
    """An outcome and why."""

    outcome: Outcome
    explanation: str


def decide(rules: Rules, *, seats: int, votes_for: int, votes_against: int, abstentions: int, recused: int) -> Decision:
    """The outcome of these counts. `seats` are all seats of the electorate, the recused ones among them.

    Recused seats take no part: they leave the quorum's base unless the rules say otherwise, and always the majority's.
    """
    taking_part = votes_for + votes_against + abstentions
    quorum_base = seats if rules.recused_count_for_quorum else seats - recused
    present = taking_part + (recused if rules.recused_count_for_quorum else 0)
    needed = -(-quorum_base * rules.quorum_numerator // rules.quorum_denominator)
    quorum = _("Quorum: %(share)s of %(base)s seats, so %(needed)s; %(present)s took part.") % {
        "share": f"{rules.quorum_numerator}/{rules.quorum_denominator}",
        "base": quorum_base,
        "needed": needed,
        "present": present,
    }
    if present < needed or taking_part == 0:
        return Decision(Outcome.NO_QUORUM, quorum + _("Not reached: no decision."))
    base = {MajorityBase.CAST: votes_for + votes_against, MajorityBase.TAKING_PART: taking_part, MajorityBase.SEATS: seats - recused}[
        MajorityBase(rules.majority_base)
    ]
    threshold = Fraction(rules.majority_numerator, rules.majority_denominator) * base
    passed = votes_for > threshold if rules.majority_strict else votes_for >= threshold
    passed = passed and votes_for > 0
    majority = _("Majority: %(comparison)s %(share)s %(base_label)s (%(base)s); %(votes_for)s for.") % {
        "comparison": _("more than") if rules.majority_strict else _("at least"),
        "share": f"{rules.majority_numerator}/{rules.majority_denominator}",
        "base_label": MajorityBase(rules.majority_base).label,
        "base": base,
        "votes_for": votes_for,
    }
    outcome = Outcome.PASSED if passed else Outcome.REJECTED
    return Decision(outcome, f"{quorum}{majority}" + (_("Passed.") if passed else _("Rejected.")))
