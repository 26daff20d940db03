"""Every combination of rules: on the page as in the documentation, and random courses of a vote against an independent oracle."""

import datetime as dt
import itertools
from collections import Counter
from fractions import Fraction

import pytest
from django.urls import reverse
from django.utils.html import escape
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from alliance.common.clock import database_now
from council.enums import Choice, MajorityBase, Office
from council.models import Motion, Paper, Procedure, Recusal, Result, Vote
from council.procedure import decide
from council.services.closing import close_ballot
from council.services.drafting import draft_ballot
from council.services.opening import open_ballot
from council.services.voting import BallotNotOpen, Recused, VotesAreFinal, cast_in_secret, cast_votes, recuse
from tests.council.support import FAR, opened, tick
from tests.council.test_rules import EXAMPLES, rules_from
from tests.factories.council import BodyFactory, SeatFactory
from tests.support import client_for

KEYS = ("quorum_numerator", "quorum_denominator", "majority_numerator", "majority_denominator", "majority_strict", "majority_base")


def oracle(rules, seats, for_, against, abstain, recused, chair):
    """The rules of procedure once more, in fractions, as plainly as they can be said."""
    voted = for_ + against + abstain
    needed = Fraction(rules.quorum_numerator, rules.quorum_denominator) * (seats if rules.recused_count_for_quorum else seats - recused)
    if voted == 0 or voted + (recused if rules.recused_count_for_quorum else 0) < needed:
        return "no_quorum"
    whole = {"cast": for_ + against, "taking_part": voted, "seats": seats - recused}[rules.majority_base]
    share = Fraction(rules.majority_numerator, rules.majority_denominator)
    if rules.tie_rule == "chair" and rules.majority_strict and share == Fraction(1, 2) and for_ and Fraction(for_) == Fraction(whole, 2):
        return "passed" if chair == "for" else "rejected"
    enough = for_ > share * whole if rules.majority_strict else for_ >= share * whole
    return "passed" if for_ and enough else "rejected"


@pytest.mark.parametrize("base", MajorityBase.values)
@pytest.mark.parametrize("recused_count", [True, False])
def test_every_count_of_up_to_thirteen_seats_agrees_with_the_oracle(base, recused_count):
    wrong = []
    for strict, share, tie in [
        (True, (1, 2), "rejected"),
        (True, (1, 2), "chair"),
        (False, (1, 2), "rejected"),
        (True, (2, 3), "chair"),
        (False, (2, 3), "rejected"),
    ]:
        rules = Procedure(
            majority_base=base, majority_strict=strict, majority_numerator=share[0], majority_denominator=share[1], recused_count_for_quorum=recused_count,
            tie_rule=tie,
        )  # fmt: skip
        for for_, against, abstain, recused, absent in itertools.product(range(14), repeat=5):
            seats = for_ + against + abstain + recused + absent
            if not 1 <= seats <= 13:
                continue
            chair = Choice.values[(for_ + against) % 3] if for_ and against and abstain else ""
            got = decide(rules, seats=seats, votes_for=for_, votes_against=against, abstentions=abstain, recused=recused, chair=chair).outcome
            if got != oracle(rules, seats, for_, against, abstain, recused, chair):
                wrong.append((strict, share, tie, for_, against, abstain, recused, absent))
    assert wrong == []


@pytest.mark.django_db
def test_the_page_explains_each_example_of_the_documentation_in_the_same_words(secretary):
    body = BodyFactory()
    seats = [SeatFactory(body=body, office=Office.CHAIR, person__with_user=True), *SeatFactory.create_batch(8, body=body, person__with_user=True)]
    wrong = []
    for number, example in enumerate(EXAMPLES):
        _seats, for_, against, abstain, recused, chair, words, outcome, explanation = example
        rules = rules_from(words)
        rules.body, rules.effective_from = body, dt.date(2018, 10, 1) + dt.timedelta(days=number)
        rules.save()
        draft = draft_ballot(body=body, title=words, closes_at=FAR, applications=[], text=("议项", ""), actor=secretary)
        ballot = open_ballot(draft, actor=secretary)
        motion, electors = ballot.motions.get(), list(ballot.electors.order_by("seat_id"))
        choices = ["for"] * int(for_) + ["against"] * int(against) + ["abstain"] * int(abstain)
        if chair == "against":
            choices.sort(key=lambda choice: choice != "against")
        Vote.objects.bulk_create(
            Vote(elector=elector, motion=motion, choice=choice, receipt=f"{number}-{elector.pk}", cast_at=database_now(), dossier="")
            for elector, choice in zip(electors, choices, strict=False)
        )
        Recusal.objects.bulk_create(Recusal(elector=e, motion=motion, reason="关联") for e in electors[len(choices) : len(choices) + int(recused)])
        close_ballot(ballot, actor=secretary)
        page = client_for(seats[0].person.user).get(reverse("council:ballot", args=[ballot.pk])).text
        if escape(explanation.strip()) not in page or str(Result.objects.get(motion=motion).outcome) != outcome:
            wrong.append((words, Result.objects.get(motion=motion).rule_text))

    assert len(EXAMPLES) >= 30
    assert wrong == []


class Course(RuleBasedStateMachine):
    """Random rules, seats, votes, changes and recusals; the close is compared with the oracle above."""

    @initialize(
        seats=st.integers(1, 6),
        motions=st.integers(1, 3),
        secret=st.booleans(),
        changeable=st.booleans(),
        chair=st.booleans(),
        rules=st.fixed_dictionaries(
            {
                "quorum_numerator": st.integers(0, 3),
                "quorum_denominator": st.just(3),
                "majority_numerator": st.integers(1, 2),
                "majority_denominator": st.sampled_from([2, 3]),
                "majority_strict": st.booleans(),
                "majority_base": st.sampled_from(MajorityBase.values),
                "recused_count_for_quorum": st.booleans(),
            }
        ),
    )
    def begin(self, seats, motions, secret, changeable, chair, rules):
        body = BodyFactory(code=f"course{Motion.objects.count()}-{Result.objects.count()}")
        first = SeatFactory(body=body, office=Office.CHAIR, person__with_user=True)
        self.secret, self.changeable = secret, changeable and not secret
        tie = "chair" if chair and not secret else "rejected"
        self.ballot = opened(self.secretary, body=body, seats=seats - 1, motions=motions, secret=secret, changeable=self.changeable, tie_rule=tie, **rules)
        self.electors, self.motions = list(self.ballot.electors.order_by("pk")), list(self.ballot.motions.all())
        self.chair = next(elector.pk for elector in self.electors if elector.seat_id == first.pk)
        self.votes, self.aside = {}, set()

    def pick(self, e, m):
        elector, motion = self.electors[e % len(self.electors)], self.motions[m % len(self.motions)]
        return elector, motion, (elector.pk, motion.pk)

    @rule(e=st.integers(0, 5), m=st.integers(0, 2), choice=st.sampled_from(Choice.values))
    def vote(self, e, m, choice):
        elector, motion, key = self.pick(e, m)
        act = cast_in_secret if self.secret else cast_votes
        if key in self.aside:
            expected = Recused
        elif key in self.votes and not self.changeable and (self.secret or self.votes[key] != choice):
            expected = VotesAreFinal
        else:
            expected = None
        if expected is not None:
            with pytest.raises(expected):
                act(elector, [tick(motion, choice)], actor=elector.person.user)
            return
        act(elector, [tick(motion, choice)], actor=elector.person.user)
        self.votes[key] = choice

    @rule(e=st.integers(0, 5), m=st.integers(0, 2))
    def step_aside(self, e, m):
        elector, motion, key = self.pick(e, m)
        if key in self.votes:
            with pytest.raises(VotesAreFinal):
                recuse(elector, motion, actor=elector.person.user, reason="关联")
            return
        recuse(elector, motion, actor=elector.person.user, reason="关联")
        self.aside.add(key)

    @invariant()
    def what_is_stored_is_what_was_accepted(self):
        if hasattr(self, "ballot"):
            rows = (Paper if self.secret else Vote).objects.filter(motion__in=self.motions).values_list("motion_id", "choice")
            assert Counter(rows) == Counter((motion, choice) for (_elector, motion), choice in self.votes.items())

    def teardown(self):
        if not hasattr(self, "ballot"):
            return
        close_ballot(self.ballot, actor=self.secretary)
        for motion in self.motions:
            given = Counter(choice for (_elector, about), choice in self.votes.items() if about == motion.pk)
            recused = sum(1 for _elector, about in self.aside if about == motion.pk)
            chair = "" if self.secret else self.votes.get((self.chair, motion.pk), "")
            result = Result.objects.get(motion=motion)
            counted = (result.votes_for, result.votes_against, result.abstentions, result.recused)
            assert counted == (given["for"], given["against"], given["abstain"], recused)
            assert result.outcome == oracle(self.ballot.procedure, len(self.electors), *counted, chair)
        elector, motion, key = self.pick(0, 0)
        if key not in self.aside:
            late = "against" if self.votes.get(key) == "for" else "for"
            with pytest.raises(BallotNotOpen):
                (cast_in_secret if self.secret else cast_votes)(elector, [tick(motion, late)], actor=elector.person.user)


@pytest.mark.django_db
def test_any_course_of_a_vote_under_any_rules_comes_out_as_the_oracle_says(secretary):
    Course.secretary = secretary
    run_state_machine_as_test(Course, settings=settings(max_examples=20, stateful_step_count=14, deadline=None))
