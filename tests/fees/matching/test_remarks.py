"""The labelled remarks: `tuned` was looked at while the rules were made, `held` was not.

`expected`: the unit, or several separated by |; `!X`: may concern X but must never be sure (`!*`: nobody may be sure); `-`: not ours.
"""

import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from fees.matching.decide import match
from fees.matching.evidence import Credit
from tests.fees.matching.world import register

ROWS = list(csv.DictReader((Path(__file__).parent / "remarks.csv").open(encoding="utf-8")))
WORLD = register()
# What docs/matching.md says: lines, sure, likely, ask, other, wrong sure ones, asked ones whose unit is among the candidates.
FIGURES = {"tuned": (165, 66, 42, 51, 6, 0, 51), "held": (165, 61, 54, 46, 4, 0, 44)}


def judged(row):
    """The answer, whether it is a wrong sure one, and whether the right unit is among the candidates."""
    found = match(Credit(row["remark"], row["payer"], "", Decimal(row["amount"])), WORLD)
    expected, names = row["expected"], [unit.name for unit in found.units]
    wrong = found.verdict == "sure" and (expected.startswith("!") or names[0] != expected)
    right = expected.strip("!") in {"-", "*", ""} or bool(set(expected.strip("!").split("|")) & set(names))
    return found.verdict, wrong, right


def figures(part):
    answers = [judged(row) for row in ROWS if row["part"] == part]
    counts = Counter(verdict for verdict, _wrong, _right in answers)
    asked = [right for verdict, _wrong, right in answers if verdict == "ask"]
    return len(answers), *(counts[verdict] for verdict in ("sure", "likely", "ask", "other")), sum(w for _v, w, _r in answers), sum(asked)


def test_there_are_three_hundred_of_them():
    assert len(ROWS) >= 300


@pytest.mark.parametrize("part", FIGURES)
def test_the_figures_are_those_of_the_documentation(part):
    assert figures(part) == FIGURES[part]


@pytest.mark.parametrize("part", FIGURES)
def test_no_sure_answer_is_wrong(part):
    assert [row for row in ROWS if row["part"] == part and judged(row)[1]] == []
