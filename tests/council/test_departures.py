"""The council votes on departures and on texts of its own."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from alliance.common.clock import now
from alliance.common.exceptions import InvalidTransition
from council.dossier import dossier_digest
from council.enums import MotionKind
from council.models import Motion, Vote
from council.services.closing import close_ballot
from council.services.drafting import draft_ballot
from council.services.opening import open_ballot
from council.services.running import cancel_ballot
from council.services.voting import Ticked, cast_votes
from members.enums import DepartureStatus, MembershipStatus
from members.services.departures import ask_to_leave, pass_departure
from tests.factories.common import pdf
from tests.factories.council import ProcedureFactory, SeatFactory
from tests.factories.members import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def council():
    """A body of three seats with the sample rules."""
    procedure = ProcedureFactory()
    return procedure.body, [SeatFactory(body=procedure.body, person__with_user=True) for _n in range(3)]


@pytest.fixture
def departure(secretary):
    membership = MembershipFactory()
    asked = ask_to_leave(membership, actor=secretary, reason="学校调整", effective_on=dt.date(2099, 12, 31), letter=SimpleUploadedFile("函.pdf", pdf()))
    return pass_departure(asked, actor=secretary)


def ballot_over(body, departure, secretary):
    ballot = draft_ballot(
        body=body,
        title="关于退盟的表决",
        closes_at=now() + dt.timedelta(days=7),
        applications=[],
        departures=[departure],
        text=("其他事项", "请审议"),
        actor=secretary,
    )
    return open_ballot(ballot, actor=secretary)


def vote(ballot, choice):
    for elector in ballot.electors.all():
        ticks = [Ticked(m, choice, "", dossier_digest(m)) for m in ballot.motions.exclude(recusals__elector=elector)]
        cast_votes(elector, ticks, actor=elector.person.user)


def test_the_council_agrees_and_the_membership_ends(council, departure, secretary):
    ballot = ballot_over(council[0], departure, secretary)
    vote(ballot, "for")

    close_ballot(ballot, actor=secretary)

    departure.refresh_from_db()
    assert [motion.kind for motion in ballot.motions.all()] == [MotionKind.DEPART, MotionKind.TEXT]
    assert (departure.status, departure.membership.status) == (DepartureStatus.APPROVED, MembershipStatus.ENDED)
    assert departure.decision == "关于退盟的表决，第 1 项：通过"


@pytest.mark.parametrize(("choice", "status"), [("against", DepartureStatus.DECLINED), (None, DepartureStatus.SCREENED)])
def test_without_a_majority_the_unit_stays(council, departure, secretary, choice, status):
    ballot = ballot_over(council[0], departure, secretary)
    if choice:
        vote(ballot, choice)

    close_ballot(ballot, actor=secretary)

    departure.refresh_from_db()
    assert (departure.status, departure.membership.status) == (status, MembershipStatus.ACTIVE)


def test_the_seat_of_the_unit_itself_is_recused_and_cannot_read_the_letter(council, secretary, client_for):
    body, _seats = council
    membership = MembershipFactory()
    own = SeatFactory(body=body, institution=membership.institution, person__with_user=True)
    asked = ask_to_leave(membership, actor=secretary, reason="x", effective_on=dt.date(2099, 1, 1), letter=SimpleUploadedFile("a.pdf", pdf()))
    departure = pass_departure(asked, actor=secretary)
    ballot = ballot_over(body, departure, secretary)
    motion = ballot.motions.get(kind=MotionKind.DEPART)
    other = council[1][0].person.user

    assert [recusal.elector.seat for recusal in motion.recusals.all()] == [own]
    address = reverse("common:file", args=[departure.letter.pk])
    assert (client_for(own.person.user).get(address).status_code, client_for(other).get(address).status_code) == (404, 200)
    assert "x" in client_for(other).get(reverse("council:dossier", args=[ballot.pk, motion.pk])).text
    assert client_for(own.person.user).get(reverse("council:dossier", args=[ballot.pk, motion.pk])).status_code == 404


def test_a_cancelled_ballot_gives_the_departure_back(council, departure, secretary):
    ballot = ballot_over(council[0], departure, secretary)

    cancel_ballot(ballot, actor=secretary, reason="改期")

    departure.refresh_from_db()
    assert departure.status == DepartureStatus.SCREENED


def test_one_departure_is_not_voted_on_twice_at_once(council, departure, secretary):
    ballot_over(council[0], departure, secretary)
    second = draft_ballot(body=council[0], title="再表决", closes_at=now() + dt.timedelta(days=7), applications=[], departures=[departure], actor=secretary)

    with pytest.raises(InvalidTransition):
        open_ballot(second, actor=secretary)
    with pytest.raises(IntegrityError), transaction.atomic():
        Motion.objects.create(ballot=second, position=9, kind=MotionKind.DEPART, title="没有对象")


def test_ticking_all_the_rest_casts_nothing_before_it_is_submitted(council, departure, secretary, client_for):
    ballot = ballot_over(council[0], departure, secretary)
    client = client_for(council[1][0].person.user)
    address = reverse("council:ballot", args=[ballot.pk])
    motions = list(ballot.motions.all())
    data = {f"m{m.pk}-dossier": dossier_digest(m) for m in motions} | {f"m{motions[0].pk}-choice": "against"}

    shown = client.post(address, data | {"rest_for": ""})

    assert Vote.objects.count() == 0
    assert "已为其余 1 项选择“同意”。" in shown.text
    client.post(address, data | {f"m{motions[1].pk}-choice": "for"})
    assert list(Vote.objects.order_by("motion__position").values_list("choice", flat=True)) == ["against", "for"]


def test_what_if_explains_and_changes_nothing(secretary, client_for):
    procedure = ProcedureFactory()
    counts = {"seats": "9", "votes_for": "3", "votes_against": "3", "abstentions": "0", "recused": "0"}
    address = reverse("admin:council_procedure_whatif", args=[procedure.pk])
    client = client_for(secretary)

    answer = client.post(address, counts)
    too_many = client.post(address, counts | {"abstentions": "9"})

    assert "未通过" in answer.text
    assert "票数之和超过席位数。" in too_many.text
