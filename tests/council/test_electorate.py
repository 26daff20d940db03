"""Who stands in the electorate, in which office, and what those who do not take part neither see nor touch."""

import datetime as dt

import pypdfium2
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from council.documents import minutes
from council.exceptions import CannotOpen
from council.models import Ballot, Elector, Motion, Paper, Proxy, Recusal, Result, Seat, Vote
from council.selectors.participation import attendance
from council.selectors.verification import discrepancies
from council.services.closing import close_ballot
from council.services.drafting import add_motion, draft_ballot, open_discussion
from council.services.opening import open_ballot
from council.services.proxies import give_proxy
from council.services.rounds import new_round, record_meeting_result
from council.services.voting import TooLateToStepAside, cast_in_secret, cast_votes, recuse
from tests.council.support import FAR, let_time_pass, opened, scan, tick
from tests.factories.council import BallotFactory, BodyFactory, MotionFactory, ProcedureFactory, SeatFactory
from tests.factories.fees import ScheduleFactory
from tests.factories.members import AffiliationFactory, ApplicationFactory, InstitutionFactory, MembershipFactory
from tests.support import client_for, without_triggers

pytestmark = pytest.mark.django_db


def text_of(document):
    return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(document))


def vote_and_close(ballot, secretary, choice="for"):
    for elector in ballot.electors.all():
        cast_votes(elector, [tick(motion, choice) for motion in ballot.motions.all()], actor=elector.person.user)
    return close_ballot(ballot, actor=secretary)


# The second vote


@pytest.fixture
def passed(secretary):
    """A ballot of the council whose one motion passed and waits for the assembly."""
    ScheduleFactory()
    body = ProcedureFactory().body
    SeatFactory.create_batch(3, body=body, person__with_user=True)
    draft = BallotFactory(body=body)
    add_motion(draft, title="章程", needs_second_vote=True)
    return vote_and_close(open_ballot(draft, actor=secretary), secretary)


def test_the_council_does_not_confirm_itself(secretary, passed):
    with pytest.raises(CannotOpen):
        new_round(passed, body=passed.body, closes_at=FAR, actor=secretary)


def test_the_assembly_is_chosen_for_the_second_vote(secretary, passed):
    assembly = BodyFactory(code="assembly", name="全体大会", electorate="members")

    page = client_for(secretary).get(reverse("admin:council_ballot_round", args=[passed.pk])).text
    again = new_round(passed, body=assembly, closes_at=FAR, actor=secretary)

    assert f'<option value="{assembly.pk}" selected>' in page
    assert (again.body, again.motions.get().needs_second_vote) == (assembly, False)


def test_a_second_vote_without_a_decision_does_not_go_back_to_the_council(secretary, passed):
    assembly = BodyFactory(code="assembly", name="全体大会", electorate="members")
    again = passed
    for _times in range(2):
        again = new_round(again, body=assembly, closes_at=FAR, actor=secretary)
        counts = {motion.pk: dict.fromkeys(("votes_for", "votes_against", "abstentions", "recused"), 0) for motion in again.motions.all()}
        ProcedureFactory(body=assembly)
        if not Elector.objects.filter(ballot__body=assembly).exists():
            AffiliationFactory(role="liaison", institution=MembershipFactory().institution)
        record_meeting_result(again, decided_on=dt.date(2026, 3, 20), counts=counts, minutes=scan(), actor=secretary)

        with pytest.raises(CannotOpen):
            new_round(again, body=passed.body, closes_at=FAR, actor=secretary)


def test_a_first_vote_without_a_decision_is_repeated_by_its_own_body(secretary):
    ballot = opened(secretary)
    assembly = BodyFactory(code="assembly", name="全体大会", electorate="members")
    draft = draft_ballot(body=ballot.body, title="x", closes_at=FAR, applications=[], text=("章程", ""), needs_second_vote=True, actor=secretary)
    major = close_ballot(open_ballot(draft, actor=secretary), actor=secretary)

    with pytest.raises(CannotOpen):
        new_round(major, body=assembly, closes_at=FAR, actor=secretary)
    assert new_round(major, body=ballot.body, closes_at=FAR, actor=secretary).motions.get().needs_second_vote


# Meetings on paper


@pytest.fixture
def met(secretary):
    """The result of a meeting on two motions, the second about the unit of the first seat; entered after the draft's time."""
    ScheduleFactory()
    body = ProcedureFactory().body
    seats = SeatFactory.create_batch(3, body=body, person__with_user=True)
    draft = BallotFactory(body=body)
    motions = [add_motion(draft, title="年度计划"), add_motion(draft, application=ApplicationFactory(status="screened", institution=seats[0].institution))]
    let_time_pass(draft)
    counts = {motion.pk: {"votes_for": 2, "votes_against": 0, "abstentions": 0, "recused": 1} for motion in motions}
    return record_meeting_result(draft, decided_on=dt.date(2026, 3, 20), counts=counts, minutes=scan("纪要.pdf"), actor=secretary), seats


def test_who_sat_in_the_meeting_sees_its_result_and_minutes_and_is_written_to(met, outbox_for):
    ballot, seats = met
    client = client_for(seats[1].person.user)

    pages = [client.get(reverse(name, args=[ballot.pk])) for name in ("council:ballot", "council:minutes")]

    assert [page.status_code for page in pages] == [200, 200]
    assert pages[0].text.count(Result.objects.first().rule_text) == 2
    assert [message.template for message in outbox_for(ballot)].count("council/mail/ballot_closed") == 3


def test_the_own_unit_sees_no_counts_of_the_meeting(met):
    ballot, seats = met

    page = client_for(seats[0].person.user).get(reverse("council:ballot", args=[ballot.pk])).text

    assert (Recusal.objects.get().elector.seat, page.count(Result.objects.first().rule_text)) == (seats[0], 1)


def test_a_meeting_on_paper_says_nothing_about_who_took_part(met, secretary):
    ballot, _seats = met

    text = text_of(minutes(ballot, secretary))

    assert {row.asked for row in attendance(ballot.body, dt.date(2026, 11, 24), secretary)} == {0}
    assert ("未参加" in text, "参加表决 0" in text, discrepancies(ballot)) == (False, False, [])


# Offices


def test_the_chair_of_the_opening_decides_the_tie_whoever_is_chair_at_the_close(secretary):
    ScheduleFactory()
    procedure = ProcedureFactory(tie_rule="chair", quorum_numerator=1)
    chair = SeatFactory(body=procedure.body, office="chair", person__with_user=True)
    other = SeatFactory(body=procedure.body, person__with_user=True)
    ballot = open_ballot(draft_ballot(body=procedure.body, title="x", closes_at=FAR, applications=[], text=("x", ""), actor=secretary), actor=secretary)
    for seat, choice in ((chair, "for"), (other, "against")):
        cast_votes(ballot.electors.get(seat=seat), [tick(ballot.motions.get(), choice)], actor=seat.person.user)
    Seat.objects.filter(pk=chair.pk).update(office="member")
    Seat.objects.filter(pk=other.pk).update(office="chair")

    close_ballot(ballot, actor=secretary)

    assert (Result.objects.get().chair, Result.objects.get().outcome) == ("for", "passed")
    assert ballot.electors.get(seat=chair).get_office_display() == "理事长"
    Seat.objects.update(office="member")
    assert "理事长" in text_of(minutes(ballot, secretary)).split("表决席位")[1]


def test_with_two_chairs_no_ballot_opens_where_the_chair_decides_a_tie(secretary):
    procedure = ProcedureFactory(tie_rule="chair")
    SeatFactory.create_batch(2, body=procedure.body, office="chair")

    with pytest.raises(CannotOpen):
        open_ballot(MotionFactory(ballot__body=procedure.body).ballot, actor=secretary)


# One seat at a time


@pytest.mark.parametrize(("since", "until", "refused"), [("2025-01-01", None, True), ("2023-01-01", "2024-01-01", True), ("2023-01-01", "2023-12-31", False)])
def test_an_institution_has_one_seat_in_a_body_at_a_time(since, until, refused):
    seat = SeatFactory(term_until=dt.date(2030, 12, 31))
    fields = {"body": seat.body, "institution": seat.institution, "person": seat.person, "term_from": dt.date.fromisoformat(since)}
    second = Seat(**fields, term_until=dt.date.fromisoformat(until) if until else None)

    if not refused:
        second.full_clean()
        second.save()
        return
    with pytest.raises(ValidationError):
        second.clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()


def two_seats_at_once():
    body, institution = BodyFactory(), InstitutionFactory()
    people = [SeatFactory(body=BodyFactory(code="other")).person for _n in range(2)]

    def enter(person, year):
        def act():
            with transaction.atomic():
                Seat.objects.create(body=body, institution=institution, person=person, term_from=dt.date(2024, 1, 1), term_until=dt.date(year, 1, 1))
                connection.cursor().execute("SELECT pg_sleep(0.3)")

        return act

    return institution, [enter(person, 2030 + number) for number, person in enumerate(people)]


@pytest.mark.django_db(transaction=True)
def test_two_seats_entered_at_once_leave_one(race):
    institution, acts = two_seats_at_once()

    race(*acts)

    assert Seat.objects.filter(institution=institution).count() == 1


@pytest.mark.django_db(transaction=True)
def test_control_without_the_trigger_both_seats_stand(race):
    institution, acts = two_seats_at_once()

    with without_triggers("council_seat"):
        race(*acts)

    assert Seat.objects.filter(institution=institution).count() == 2


# Motions and papers stay where they are


def test_no_motion_leaves_a_closed_ballot(secretary):
    ballot = close_ballot(opened(secretary), actor=secretary)

    with pytest.raises(IntegrityError), transaction.atomic():
        Motion.objects.filter(ballot=ballot).update(ballot=BallotFactory(), position=9)


def test_after_the_close_no_paper_leaves_the_urn_even_while_mixing(secretary):
    ballot = opened(secretary, secret=True, changeable=False)
    elector = ballot.electors.first()
    cast_in_secret(elector, [tick(ballot.motions.get())], actor=elector.person.user)
    close_ballot(ballot, actor=secretary)

    with pytest.raises(IntegrityError, match="sealed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL alliance.mixing = 'on'")
        cursor.execute("DELETE FROM council_paper")
    assert Paper.objects.count() == 1


# Comments


def test_comments_stand_beside_the_result_for_whoever_may_see_it(secretary):
    ballot = opened(secretary)
    motion, (aside, first, second) = ballot.motions.get(), ballot.electors.order_by("pk")
    recuse(aside, motion, actor=aside.person.user, reason="关联")
    cast_votes(first, [tick(motion, "against", "预算偏高")], actor=first.person.user)
    cast_votes(second, [tick(motion)], actor=second.person.user)
    before = client_for(second.person.user).get(reverse("council:ballot", args=[ballot.pk])).text
    close_ballot(ballot, actor=secretary)
    ballot = Ballot.objects.get()

    seen = [
        (
            "预算偏高" in client_for(place.person.user).get(reverse("council:ballot", args=[ballot.pk])).text,
            "预算偏高" in text_of(minutes(ballot, place.person.user)),
        )
        for place in (second, aside)
    ]

    assert ("预算偏高" in before, seen) == (False, [(True, True), (False, False)])


# Recused


@pytest.mark.parametrize("past_the_service", [False, True])
def test_who_voted_for_another_does_not_step_aside_afterwards(secretary, past_the_service):
    ballot = opened(secretary, proxies_allowed=True)
    giver, holder, _third = ballot.electors.order_by("pk")
    motion = ballot.motions.get()
    give_proxy(giver, holder, authority=scan(), actor=secretary)
    cast_votes(giver, [tick(motion)], actor=holder.person.user)

    if past_the_service:
        with pytest.raises(IntegrityError), transaction.atomic():
            Recusal.objects.create(elector=holder, motion=motion, reason="x")
    else:
        with pytest.raises(TooLateToStepAside):
            recuse(holder, motion, actor=holder.person.user, reason="关联")


def test_the_database_takes_no_vote_by_proxy_of_the_recused(secretary):
    ballot = opened(secretary, proxies_allowed=True)
    giver, holder, _third = ballot.electors.order_by("pk")
    motion = ballot.motions.get()
    give_proxy(giver, holder, authority=scan(), actor=secretary)
    recuse(holder, motion, actor=holder.person.user, reason="关联")

    with pytest.raises(IntegrityError, match="recused"), transaction.atomic():
        Vote.objects.create(elector=giver, motion=motion, choice="for", receipt="R", dossier="", cast_at=FAR)


def test_the_discussion_hides_from_the_recused_what_the_ballot_hides(secretary):
    ProcedureFactory()
    seat = SeatFactory(person__with_user=True)
    application = ApplicationFactory(status="screened")
    AffiliationFactory(person=seat.person, institution=application.institution)
    draft = BallotFactory(body=seat.body)
    add_motion(draft, application=application)
    plan = add_motion(draft, title="年度计划")
    open_discussion(draft, actor=secretary)
    page, client = reverse("council:discussion", args=[draft.pk]), client_for(seat.person.user)
    by_role = client.get(page).text
    ballot = open_ballot(draft, actor=secretary)
    recuse(ballot.electors.get(), plan, actor=seat.person.user, reason="关联")

    assert (application.institution.name in by_role, "年度计划" in by_role, "年度计划" in client.get(page).text) == (False, True, False)


# Proxies


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_a_vote_and_a_proxy_at_once_leave_one_of_them(secretary, race, attempt):
    ballot = opened(secretary, proxies_allowed=True)
    giver, holder, _third = ballot.electors.order_by("pk")

    race(
        lambda: cast_votes(giver, [tick(ballot.motions.get())], actor=giver.person.user),
        lambda: give_proxy(giver, holder, authority=scan(), actor=secretary),
    )

    assert Vote.objects.count() + Proxy.objects.count() == 1
