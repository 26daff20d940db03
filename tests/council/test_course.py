"""Each rule about the course of a vote as docs/council.md tells it: the page says the same words."""

import re

import pytest
from django.urls import reverse
from django.utils.html import escape

from council.dossier import dossier_digest
from council.models import Ballot, Procedure
from council.services.closing import close_ballot, close_due_ballots
from council.services.drafting import add_motion, draft_ballot
from council.services.opening import open_ballot
from council.services.voting import cast_in_secret, cast_votes, recuse
from tests.council.support import FAR, let_time_pass, tick
from tests.council.test_rules import DOCS
from tests.factories.council import BodyFactory, ProcedureFactory, SeatFactory
from tests.factories.fees import ScheduleFactory
from tests.factories.members import ApplicationFactory
from tests.support import client_for

pytestmark = pytest.mark.django_db
ROW = re.compile(r"^\| ([^|\d][^|]*) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
COURSES = [
    row
    for row in ROW.findall(DOCS.read_text(encoding="utf-8").partition("of the course of a vote")[2].partition("\n\n`")[0])
    if row[0] != "rule" and "--" not in row[0]
]
RULES = {
    "changeable": {},
    "final": {"changeable": False},
    "secret": {"secret": True, "changeable": False},
    "closes early, final": {"closes_early": True, "changeable": False},
    "closes early, changeable": {"closes_early": True},
    "no voting outside meetings": {"correspondence_allowed": False},
    "proxies allowed": {"proxies_allowed": True},
    "extension without quorum": {"quorum_extension_days": 3},
    "recusal by rule": {},
    "recusal by oneself": {},
}


@pytest.fixture
def draft(secretary):
    """`draft(rule)`: a draft over one motion before five seats, under the sample quorum and more than half of all seats."""

    def make(rule):
        ScheduleFactory()
        body = BodyFactory()
        ProcedureFactory(body=body, majority_base="seats", **RULES[rule])
        seats = SeatFactory.create_batch(5, body=body, person__with_user=True)
        ballot = draft_ballot(body=body, title="表决", closes_at=FAR, applications=[], actor=secretary)
        if rule == "recusal by rule":
            add_motion(ballot, application=ApplicationFactory(status="screened", institution=seats[0].institution))
        else:
            add_motion(ballot, title="一项")
        return ballot

    return make


def vote(ballot, *choices):
    act = cast_in_secret if ballot.procedure.secret else cast_votes
    for elector, choice in zip(ballot.electors.order_by("seat_id"), choices, strict=False):
        act(elector, [tick(ballot.motions.get(), choice)], actor=elector.person.user)


def page(ballot, *, of=0, **data):
    """What the voting page answers to one of the electors; with data, to their votes."""
    client, address = client_for(ballot.electors.order_by("seat_id")[of].person.user), reverse("council:ballot", args=[ballot.pk])
    return (client.post(address, data, follow=True) if data else client.get(address)).text


def course(rule, told, ballot, secretary, django_capture_on_commit_callbacks):
    """The page after the course of events that the row tells; the last voter is the one who has not voted."""
    if rule == "no voting outside meetings":
        return client_for(secretary).post(reverse("admin:council_ballot_open", args=[ballot.pk]), {"previewed": "1"}).text
    ballot = open_ballot(ballot, actor=secretary)
    motion = ballot.motions.get()
    with django_capture_on_commit_callbacks(execute=True):
        if told.startswith("four for"):
            vote(ballot, *["for"] * 4, *(["against"] if "one against" in told else []))
        elif told.startswith("five for"):
            vote(ballot, *["for"] * 5)
    if told == "one votes for, then against":
        vote(ballot, "for")
        return page(ballot, **{f"m{motion.pk}-choice": "against", f"m{motion.pk}-dossier": dossier_digest(motion)})
    if told == "the time comes, nobody has voted":
        let_time_pass(ballot)
        close_due_ballots()
    if rule == "recusal by oneself":
        elector = ballot.electors.order_by("seat_id")[0]
        recuse(elector, motion, actor=elector.person.user, reason="校友")
    if rule == "secret" and "closed" in told:
        close_ballot(ballot, actor=secretary)
    assert Ballot.objects.get(pk=ballot.pk).status == ("closed" if told.endswith("closed") else "open")
    return page(Ballot.objects.get(pk=ballot.pk), of=4 if "fifth" in told else 0)


@pytest.mark.parametrize(("rule", "told", "words"), COURSES, ids=[f"{rule}: {told}" for rule, told, _words in COURSES])
def test_the_page_says_of_each_rule_what_the_documentation_says(rule, told, words, draft, secretary, django_capture_on_commit_callbacks):
    text = course(rule, told, draft(rule), secretary, django_capture_on_commit_callbacks)

    assert escape(words.strip()) in " ".join(re.sub(r"</?(strong|span)[^>]*>", "", text).split())


def test_each_rule_about_the_course_has_its_row():
    fields = {"changeable", "closes_early", "secret", "correspondence_allowed", "proxies_allowed", "quorum_extension_days"}
    shown = {name for rule, _told, _words in COURSES for name in RULES[rule]}

    assert ({row[0] for row in COURSES}, shown) == (set(RULES), fields)
    assert fields < {field.name for field in Procedure._meta.fields}
