"""The liaison's page of a meeting."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliance.common.models import Organisation
from fees.models import Invoice
from meetings.models import Registration, RegistrationDraft
from tests.factories.meetings import AllowanceRuleFactory, MeetingFactory, OfferFactory
from tests.factories.members import AffiliationFactory
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
