"""A thousand traps made from the ministry's list; the rules were made with the `tuned` half, the `held` half was drawn anew after the last change of a rule."""

from collections import Counter
from decimal import Decimal
from functools import cache

import pytest

from fees.matching.decide import match
from fees.matching.evidence import Credit
from tests.fees.matching import ministry
from tests.fees.matching.adversarial import traps

pytestmark = pytest.mark.skipif(not ministry.there(), reason="the ministry's list (shared/data/universities.csv, university_aliases.csv) is not there")
NOBODY = {"never", "none", "all"}
# What docs/matching.md says: lines, sure, likely, ask, other; wrong sure, wrong likely; lines with a unit to be found, it is the first one, it is offered.
FIGURES = {"tuned": (496, 69, 151, 271, 5, 0, 0, 432, 430, 431), "held": (496, 60, 158, 274, 4, 0, 0, 432, 430, 432)}


def is_wrong(trap, found):
    """Whether a person who trusts the answer would book it for somebody it is not for."""
    first = found.units[0].name if found.units else ""
    return trap.rule in NOBODY or first not in trap.truth


@cache
def answers(part):
    world = ministry.register()
    return [(trap, match(Credit(trap.remark, trap.payer, "", Decimal(trap.amount)), world)) for trap in traps(world, part)]


@pytest.mark.parametrize("part", FIGURES)
def test_the_figures_are_those_of_the_documentation(part):
    found = answers(part)
    counts = Counter(answer.verdict for _trap, answer in found)
    wrong = Counter(answer.verdict for trap, answer in found if is_wrong(trap, answer))
    findable = [(trap, [unit.name for unit in answer.units]) for trap, answer in found if trap.truth]
    first = sum(set(trap.truth) <= set(names) if trap.rule == "all" else names[:1] != [] and names[0] in trap.truth for trap, names in findable)
    offered = sum(bool(set(trap.truth) & set(names)) for trap, names in findable)

    figures = (len(found), *(counts[one] for one in ("sure", "likely", "ask", "other")), wrong["sure"], wrong["likely"], len(findable), first, offered)

    assert figures == FIGURES[part]


@pytest.mark.parametrize("part", FIGURES)
def test_no_sure_answer_is_wrong(part):
    assert [trap for trap, answer in answers(part) if answer.verdict == "sure" and (is_wrong(trap, answer) or len(trap.truth) > 1)] == []


def test_the_two_halves_share_no_university():
    world = ministry.register()
    tuned, held = ({name for trap in traps(world, part) if trap.rule == "one" for name in trap.truth} for part in ("tuned", "held"))

    assert (tuned & held, len(tuned) > 100, len(held) > 100) == (set(), True, True)
