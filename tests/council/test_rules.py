"""Ties, early closing, and the worked examples of docs/council.md."""

import itertools
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from council.enums import MajorityBase, Outcome
from council.models import Procedure
from council.procedure import decide, is_settled

DOCS = Path(__file__).resolve().parents[2] / "docs" / "council.md"
EXAMPLE = re.compile(r"^\| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\w*) \| ([^|]+) \| (\w+) \| ([^|]+) \|$", re.MULTILINE)


def rules_from(words):
    """`quorum 2/3, > 1/2 taking_part, chair, recused` as rules of procedure."""
    quorum, comparison, majority, base, *rest = words.replace(",", "").removeprefix("quorum ").split()
    return Procedure(
        quorum_numerator=int(quorum.split("/")[0]),
        quorum_denominator=int(quorum.split("/")[1]),
        majority_strict=comparison == ">",
        majority_numerator=int(majority.split("/")[0]),
        majority_denominator=int(majority.split("/")[1]),
        majority_base=base,
        tie_rule="chair" if "chair" in rest else "rejected",
        recused_count_for_quorum="recused" in rest,
    )


EXAMPLES = EXAMPLE.findall(DOCS.read_text(encoding="utf-8"))


def test_the_documentation_has_an_example_for_each_combination():
    combinations = {(base, strict) for base in MajorityBase.values for strict in (">", "≥")}

    shown = {(words.replace(",", "").split()[4], words.replace(",", "").split()[2]) for *_counts, words, _outcome, _text in EXAMPLES}

    assert shown == combinations


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: " ".join(example[:7]))
def test_each_example_of_the_documentation_comes_out_as_written(example):
    seats, for_, against, abstain, recused, chair, words, outcome, explanation = example

    decision = decide(
        rules_from(words), seats=int(seats), votes_for=int(for_), votes_against=int(against), abstentions=int(abstain), recused=int(recused), chair=chair
    )

    assert (decision.outcome, decision.explanation) == (outcome, explanation.strip())


def test_exactly_half_is_the_chairs_only_if_the_rules_say_so():
    counts = {"seats": 6, "votes_for": 3, "votes_against": 3, "abstentions": 0, "recused": 0, "chair": "for"}

    assert decide(Procedure(), **counts).outcome == Outcome.REJECTED
    assert decide(Procedure(tie_rule="chair"), **counts).outcome == Outcome.PASSED
    assert decide(Procedure(tie_rule="chair"), **{**counts, "chair": "against"}).outcome == Outcome.REJECTED
    assert decide(Procedure(tie_rule="chair", majority_denominator=3, majority_numerator=2), **counts).outcome == Outcome.REJECTED


def outcomes_to_come(rules, counts, left, chair, chair_voted):
    """Every outcome that the votes still to come can lead to, tried one by one."""
    found = set()
    for for_, against, abstain, aside in itertools.product(range(left + 1), repeat=4):
        if for_ + against + abstain + aside > left:
            continue
        chairs = [chair] if chair_voted else [c for c, n in (("for", for_), ("against", against), ("abstain", abstain), ("", left)) if n]
        for voice in chairs:
            more = {
                "votes_for": counts["votes_for"] + for_,
                "votes_against": counts["votes_against"] + against,
                "abstentions": counts["abstentions"] + abstain,
                "recused": counts["recused"] + aside,
            }
            found.add(decide(rules, seats=counts["seats"], chair=voice, **more).outcome)
    return found


@settings(max_examples=300, deadline=None)
@given(
    st.builds(
        SimpleNamespace,
        quorum_numerator=st.integers(0, 3),
        quorum_denominator=st.just(3),
        majority_numerator=st.integers(1, 2),
        majority_denominator=st.sampled_from([2, 3]),
        majority_strict=st.booleans(),
        majority_base=st.sampled_from(MajorityBase.values),
        recused_count_for_quorum=st.booleans(),
        tie_rule=st.sampled_from(["rejected", "chair"]),
    ),
    st.lists(st.integers(0, 3), min_size=4, max_size=4),
    st.integers(1, 4),
    st.sampled_from(["for", "against", "abstain", ""]),
)
def test_settled_means_that_nothing_to_come_changes_the_outcome(rules, given_votes, left, chair):
    counts = dict(zip(("votes_for", "votes_against", "abstentions", "recused"), given_votes, strict=True))
    counts["seats"] = sum(given_votes) + left
    voted = {"for": counts["votes_for"], "against": counts["votes_against"], "abstain": counts["abstentions"]}
    chair_voted = bool(chair) and voted[chair] > 0

    settled = is_settled(rules, **counts, chair=chair if chair_voted else "", chair_voted=chair_voted)

    assert not settled or len(outcomes_to_come(rules, counts, left, chair if chair_voted else "", chair_voted)) == 1
