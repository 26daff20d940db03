"""Quorum and majority, in exact whole numbers, with the arithmetic in words."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from django.utils.translation import gettext as _

from council.enums import MajorityBase, Outcome, TieRule


class Rules(Protocol):
    """What of the rules of procedure decides an outcome."""

    quorum_numerator: int
    quorum_denominator: int
    majority_numerator: int
    majority_denominator: int
    majority_strict: bool
    majority_base: str
    recused_count_for_quorum: bool
    tie_rule: str


@dataclass(frozen=True)
class Decision:
    """An outcome and why."""

    outcome: Outcome
    explanation: str


def decide(rules: Rules, *, seats: int, votes_for: int, votes_against: int, abstentions: int, recused: int, chair: str = "") -> Decision:
    """The outcome of these counts. `seats` are all seats of the electorate, the recused ones among them.

    `chair`: what the chair voted ("for", "against", "abstain", or "" for nothing); it decides when exactly half are for and the rules say so.

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
    # Exactly half: only where more than one half is asked, since a higher share missed by one vote is no tie.
    halves = rules.majority_strict and 2 * rules.majority_numerator == rules.majority_denominator and votes_for > 0 and 2 * votes_for == base
    if halves and rules.tie_rule == TieRule.CHAIR:
        passed = chair == "for"
        majority += _("Exactly half; the chair voted for it and decides.") if passed else _("Exactly half; the chair did not vote for it.")
    outcome = Outcome.PASSED if passed else Outcome.REJECTED
    return Decision(outcome, f"{quorum}{majority}" + (_("Passed.") if passed else _("Rejected.")))


def is_settled(
    rules: Rules, *, seats: int, votes_for: int, votes_against: int, abstentions: int, recused: int, chair: str = "", chair_voted: bool = True
) -> bool:
    """Whether no vote or recusal still to come can change the outcome, supposing that votes given are final.

    What is still to come lies between "all for" and "all against"; both must lead where the counts are now. Without a quorum nothing is
    settled before everybody has voted. `chair_voted`: False while the chair's vote is among those still to come.
    """
    left = seats - votes_for - votes_against - abstentions - recused
    if left == 0:
        return True
    present = {"seats": seats, "abstentions": abstentions, "recused": recused}
    now = decide(rules, votes_for=votes_for, votes_against=votes_against, chair=chair, **present).outcome
    best = decide(rules, votes_for=votes_for + left, votes_against=votes_against, chair=chair if chair_voted else "for", **present).outcome
    worst = decide(rules, votes_for=votes_for, votes_against=votes_against + left, chair=chair if chair_voted else "against", **present).outcome
    # With a base of all seats a recusal shrinks the base, so "for" weighs more: the worst case keeps everybody in it.
    return now != Outcome.NO_QUORUM and best == worst
