"""Nominations, the unit's link, the public form, answers and sessions."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from meetings.exceptions import LinkClosed, NominationsClosed, NominationsUsedUp, NoOffer, OfferFull, SessionFull, SessionsOverlap
from meetings.models import PlaceRequest, RegistrationAnswer
from meetings.selectors.numbers import answer_totals
from meetings.services.answers import choose_sessions, save_answers
from meetings.services.nominating import confirm_nomination, decline_nomination, nominate, rank_nominations
from meetings.services.registration import register, substitute_delegate
from meetings.services.requests import accept_request, ask_by_link, ask_in_public, close_link, open_link, refuse_request
from meetings.services.sweeping import forget_answers
from members.models import Institution
from tests.factories.meetings import AllowanceRuleFactory, MeetingFactory, OfferFactory, QuestionFactory, RegistrationFactory, SessionFactory
from tests.factories.members import AffiliationFactory, MembershipFactory, PersonFactory

WHO = {"name": "钱老师", "email": "qian@example.edu.cn", "department": "", "post": "", "mobile": ""}


@pytest.fixture
def unit(db):
    """A member unit with a liaison who can be written to."""
    AllowanceRuleFactory()
    return AffiliationFactory(institution=MembershipFactory().institution).institution


@pytest.fixture
def recommended(db):
    """Two recommended places at 500, three nominations a unit."""
    meeting = MeetingFactory(kind="innovators")
    meeting.offers.all().delete()
    return OfferFactory(
        meeting=meeting, audience="nominees", seats=2, seats_per_unit=None, draws_on_allowance=False, nominations_per_unit=3,
        price_kind="early", price=Decimal(500),
    )  # fmt: skip


def test_a_confirmed_nominee_has_the_place_and_the_unit_is_told(unit, recommended, secretary, outbox_for):
    nomination = nominate(recommended, unit, PersonFactory(), actor=secretary, statement="教学创新奖")

    place = confirm_nomination(nomination, actor=secretary)

    assert (place.status, place.price, nomination.status) == ("unpaid", Decimal("500.00"), "confirmed")
    assert [m.template for m in outbox_for(nomination)] == ["meetings/mail/nomination_decided"]


def test_a_unit_names_as_many_as_the_offer_allows(unit, recommended, secretary):
    for _n in range(3):
        nominate(recommended, unit, PersonFactory(), actor=secretary)

    with pytest.raises(NominationsUsedUp):
        nominate(recommended, unit, PersonFactory(), actor=secretary)


def test_no_more_are_confirmed_than_there_are_places(unit, recommended, secretary):
    named = [nominate(recommended, unit, PersonFactory(), actor=secretary) for _n in range(3)]
    for nomination in named[:2]:
        confirm_nomination(nomination, actor=secretary)

    with pytest.raises(OfferFull):
        confirm_nomination(named[2], actor=secretary)

    named[2].refresh_from_db()
    assert named[2].status == "proposed"
    assert decline_nomination(named[2], actor=secretary).status == "declined"


def test_who_is_no_member_nominates_nobody(recommended, secretary):
    with pytest.raises(NominationsClosed):
        nominate(recommended, MembershipFactory(pending=True).institution, PersonFactory(), actor=secretary)


def test_ranks_can_change_places(unit, recommended, secretary):
    named = [nominate(recommended, unit, PersonFactory(), actor=secretary) for _n in range(3)]
    rank_nominations(recommended, [named[0].pk, named[1].pk], actor=secretary)

    rank_nominations(recommended, [named[1].pk, named[0].pk], actor=secretary)

    assert [(n.pk, n.rank) for n in recommended.nominations.all()] == [(named[1].pk, 1), (named[0].pk, 2), (named[2].pk, None)]


def test_a_colleague_asks_by_the_link_and_the_liaison_confirms(unit, secretary, outbox_for):
    meeting = MeetingFactory()
    link = open_link(meeting, unit, actor=secretary)

    request = ask_by_link(link, answers={}, **WHO)
    again = ask_by_link(link, answers={}, **WHO)
    place = accept_request(request, actor=secretary)

    assert (again.pk, place.person.name, place.institution, place.status) == (request.pk, "钱老师", unit, "confirmed")
    assert [m.template for m in outbox_for(request)] == ["meetings/mail/colleague_asks"]
    assert open_link(meeting, unit, actor=secretary).pk == link.pk


def test_a_closed_link_takes_nothing(unit, secretary):
    link = close_link(open_link(MeetingFactory(), unit, actor=secretary))

    with pytest.raises(LinkClosed):
        ask_by_link(link, answers={}, **WHO)


def test_a_refusal_tells_the_person_why(unit, secretary, outbox_for):
    request = ask_by_link(open_link(MeetingFactory(), unit, actor=secretary), answers={}, **WHO)

    refuse_request(request, actor=secretary, reason="名额已分配给三位同事")

    assert "名额已分配给三位同事" in outbox_for(request)[-1].body_text


@pytest.fixture
def public_meeting(db):
    """A training that non-members may attend at the full price."""
    meeting = MeetingFactory(kind="training", public_from=dt.datetime(2021, 1, 1, tzinfo=dt.UTC))
    OfferFactory(meeting=meeting, audience="others", draws_on_allowance=False, price_kind="full", price=Decimal(900), seats_per_unit=None)
    return meeting


def test_the_public_registers_after_proving_the_address(public_meeting, outbox_for):
    request = ask_in_public(public_meeting, institution_name="某某学院", answers={}, **WHO)
    before = Institution.objects.filter(name="某某学院").exists()

    place = accept_request(request, actor=None)

    assert (before, place.institution.name, place.institution.is_listed, place.status) == (False, "某某学院", False, "unpaid")
    assert [m.template for m in outbox_for(request)] == ["meetings/mail/confirm_address"]
    assert [m.attachments.get().maker for m in outbox_for(place)] == ["fees.payment_notice"]


def test_the_link_in_the_mail_registers_by_its_button_only(public_meeting, client):
    request = ask_in_public(public_meeting, institution_name="某某学院", answers={}, **WHO)
    url = f"/meetings/confirm/{request.token}/"

    client.get(url)
    before = PlaceRequest.objects.get(pk=request.pk).status
    client.post(url), client.post(url)

    assert (before, PlaceRequest.objects.get(pk=request.pk).status, public_meeting.registrations.count()) == ("unproved", "accepted", 1)


def test_a_member_is_sent_to_its_liaison(public_meeting, unit):
    public_meeting.offers.filter(audience="members").delete()

    with pytest.raises(NoOffer):
        ask_in_public(public_meeting, institution_name=unit.name, answers={}, **WHO)


def test_answers_need_a_consent_and_are_forgotten_in_time(unit, secretary):
    meeting = MeetingFactory()
    question = QuestionFactory(meeting=meeting)
    place = register(meeting, unit, PersonFactory(), actor=secretary)
    save_answers(place, {str(question.pk): "素食"}, actor=None, source="ticket")
    totals = answer_totals(meeting)

    with time_machine.travel(meeting.ends_at + dt.timedelta(days=29)):
        early = forget_answers()
    with time_machine.travel(meeting.ends_at + dt.timedelta(days=31)):
        late = forget_answers()

    place.refresh_from_db()
    assert ([t["values"] for t in totals], early, late, RegistrationAnswer.objects.count()) == ([[("素食", 1)]], 0, 1, 0)
    assert place.answers_deleted_at is not None


def test_the_form_keeps_no_answer_without_the_consent(unit, secretary, client):
    meeting = MeetingFactory()
    question = QuestionFactory(meeting=meeting)
    place = register(meeting, unit, PersonFactory(), actor=secretary)
    url = f"/t/{place.ticket}/details/"

    refused = client.post(url, {f"q{question.pk}": "清真"})
    kept = client.post(url, {f"q{question.pk}": "清真", "consent": "on"})

    assert (refused.status_code, kept.status_code, RegistrationAnswer.objects.get().value) == (200, 302, "清真")


def test_a_colleague_does_not_inherit_the_answers(unit, secretary):
    meeting = MeetingFactory()
    question = QuestionFactory(meeting=meeting)
    place = register(meeting, unit, PersonFactory(), actor=secretary)
    save_answers(place, {str(question.pk): "素食"}, actor=secretary)

    new = substitute_delegate(place, PersonFactory(), actor=secretary)

    assert (new.answers.count(), RegistrationAnswer.objects.count()) == (0, 0)


def test_a_session_is_full_for_the_next_and_passes_on_with_the_place(unit, secretary):
    meeting = MeetingFactory()
    session = SessionFactory(meeting=meeting, capacity=1)
    first, second = [register(meeting, unit, PersonFactory(), actor=secretary) for _n in range(2)]
    choose_sessions(first, [session], actor=secretary)

    with pytest.raises(SessionFull):
        choose_sessions(second, [session], actor=secretary)

    new = substitute_delegate(first, PersonFactory(), actor=secretary)
    assert [p.session for p in new.session_places.all()] == [session]


def test_nobody_sits_in_two_rooms(unit, secretary):
    meeting = MeetingFactory()
    sessions = SessionFactory.create_batch(2, meeting=meeting, capacity=5)
    place = register(meeting, unit, PersonFactory(), actor=secretary)

    with pytest.raises(SessionsOverlap):
        choose_sessions(place, sessions, actor=secretary)


@pytest.mark.django_db(transaction=True)
def test_eight_fight_for_the_last_place_of_a_session(race):
    meeting = MeetingFactory()
    session = SessionFactory(meeting=meeting, capacity=1)
    places = RegistrationFactory.create_batch(8, meeting=meeting)

    race(*[lambda p=p: choose_sessions(p, [session], actor=p.registered_by) for p in places])

    assert session.places.count() == 1
