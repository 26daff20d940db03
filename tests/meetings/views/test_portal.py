"""The liaison's page of a meeting."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliance.common.audit import timeline
from alliance.common.models import Organisation
from fees.models import Invoice
from meetings.models import Registration, RegistrationDraft
from meetings.services.registration import cancel_registration, register
from tests.factories.meetings import AllowanceRuleFactory, MeetingFactory, OfferFactory
from tests.factories.members import AffiliationFactory, MembershipFactory, PersonFactory
from tests.support import client_for


@pytest.fixture
def unit(liaison):
    """The liaison's unit with five colleagues."""
    AllowanceRuleFactory()
    institution = liaison.person.affiliations.get().institution
    AffiliationFactory.create_batch(5, institution=institution, role="delegate")
    return institution


def people(unit):
    return list(unit.affiliations.filter(role="delegate").values_list("person_id", flat=True))


def url(meeting, name="register"):
    return reverse(f"unit_meetings:{name}", args=[meeting.slug])


@pytest.mark.django_db
def test_three_of_four_get_their_places_and_the_fourth_learns_why_not(liaison, unit):
    meeting = MeetingFactory()

    page = client_for(liaison).post(url(meeting), {"people": people(unit)[:4]}).content.decode()

    assert (Registration.objects.filter(meeting=meeting, status="confirmed").count(), "3 个名额已用完" in page) == (3, True)


@pytest.mark.django_db
def test_two_new_colleagues_on_one_page(liaison, unit):
    meeting = MeetingFactory()
    data = {"name": "甲老师", "email": "jia@example.edu.cn", "name_2": "乙老师", "email_2": "yi@example.edu.cn"}

    client_for(liaison).post(url(meeting), data)

    assert sorted(Registration.objects.values_list("person__name", flat=True)) == ["乙老师", "甲老师"]


@pytest.mark.django_db
def test_the_same_form_sent_twenty_times_registers_once(liaison, unit):
    meeting, client = MeetingFactory(), client_for(liaison)

    answers = {client.post(url(meeting), {"people": people(unit)[:1]}).status_code for _n in range(20)}

    assert (Registration.objects.count(), answers <= {200, 302}) == (1, True)


@pytest.mark.django_db
def test_a_price_is_shown_before_anything_is_ordered(liaison, unit):
    meeting = MeetingFactory()
    meeting.offers.all().delete()
    OfferFactory(meeting=meeting, name="协议价", price_kind="agreement", price=Decimal(600), draws_on_allowance=False, seats_per_unit=None)
    client, data = client_for(liaison), {"people": people(unit)[:2]}

    page = client.post(url(meeting), data).content.decode()
    before = (Registration.objects.count(), Invoice.objects.count())
    client.post(url(meeting), data | {"agreed": "1"})

    assert ("¥1,200.00" in page, before, Registration.objects.count(), Invoice.objects.get().total) == (True, (0, 0), 2, Decimal("1200.00"))


@pytest.mark.django_db
def test_what_is_typed_is_kept_until_it_is_sent(liaison, unit):
    meeting, client = MeetingFactory(), client_for(liaison)

    client.post(url(meeting), {"autosave": "1", "name": "甲老师", "people": people(unit)[:1]})
    page = client.get(url(meeting)).content.decode()
    client.post(url(meeting), {"people": people(unit)[:1]})

    assert ("甲老师" in page, RegistrationDraft.objects.count()) == (True, 0)


@pytest.mark.django_db
def test_the_list_asks_as_much_for_thirty_meetings_as_for_one(liaison, unit):
    Organisation.load()
    client, counts = client_for(liaison), []
    for more in (1, 29):
        MeetingFactory.create_batch(more)
        client.get(reverse("unit_meetings:list"))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("unit_meetings:list"))
        counts.append(len(captured))

    assert counts[0] == counts[1]


@pytest.mark.django_db
@pytest.mark.parametrize("bad", [{"people": ["x"]}, {"people": ["999999999999999999999"]}, {"name": "甲" * 500, "email": "a@b.cn"}, {"name": "甲老师"}, {}])
def test_bad_input_is_said_and_never_a_500(liaison, unit, bad):
    meeting = MeetingFactory()

    assert client_for(liaison).post(url(meeting), bad).status_code == 200


@pytest.mark.django_db
def test_a_draft_with_a_null_character_is_kept_without_it(liaison, unit):
    meeting = MeetingFactory()

    answer = client_for(liaison).post(url(meeting), {"autosave": "1", "name": "甲\x00老师"})

    assert (answer.status_code, RegistrationDraft.objects.get().data["name"]) == (200, "甲老师")


@pytest.fixture
def offered(liaison, unit, secretary):
    """A colleague of the liaison's, to whom a freed seat is offered for 48 hours."""
    meeting = MeetingFactory(capacity=1, accept_hours=48)
    first = register(meeting, MembershipFactory().institution, PersonFactory(), actor=secretary)
    colleague = register(meeting, unit, unit.affiliations.filter(role="delegate").first().person, actor=liaison)
    cancel_registration(first, actor=secretary)
    colleague.refresh_from_db()
    return colleague


def test_the_liaison_learns_of_a_colleagues_offered_place_and_accepts_it_on_the_page(liaison, offered, outbox_for):
    client, meeting = client_for(liaison), offered.meeting
    accept = reverse("unit_meetings:accept", args=[meeting.slug, offered.pk])

    told = [(m.template, m.recipient) for m in outbox_for(offered)][-2:]
    before = accept in client.get(url(meeting)).content.decode()
    asked = client.get(accept).status_code
    for _press in range(2):
        client.post(accept)

    offered.refresh_from_db()
    entry = timeline(offered).get(action="registration.accepted")
    assert told == [("meetings/mail/place_offered", offered.person.email), ("meetings/mail/colleague_offered", liaison.person.email)]
    assert (before, asked, offered.status, entry.actor) == (True, 405, "confirmed", liaison)
    assert accept not in client.get(url(meeting)).content.decode()


def test_a_liaison_who_is_offered_a_place_gets_one_letter(liaison, unit, secretary, outbox_for):
    meeting = MeetingFactory(capacity=1, accept_hours=48)
    first = register(meeting, MembershipFactory().institution, PersonFactory(), actor=secretary)
    own = register(meeting, unit, liaison.person, actor=liaison)

    cancel_registration(first, actor=secretary)

    assert [m.template for m in outbox_for(own)] == ["meetings/mail/waitlisted", "meetings/mail/place_offered"]


def test_after_the_deadline_the_liaison_is_told_that_it_is_too_late(liaison, offered):
    with time_machine.travel(offered.accept_until + dt.timedelta(minutes=1)):
        page = client_for(liaison).post(reverse("unit_meetings:accept", args=[offered.meeting.slug, offered.pk]), follow=True).content.decode()

    offered.refresh_from_db()
    assert (offered.status, offered.person.name + "：" in page) == ("offered", True)
