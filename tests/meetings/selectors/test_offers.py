"""Who may take which offer, which is the best, and why (R10, R11, R14)."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from meetings.models import Offer
from meetings.selectors.offers import best_of, fits_for
from meetings.services.registration import register
from tests.factories.fees import InvoiceFactory
from tests.factories.meetings import AllowanceRuleFactory, MeetingFactory, NominationFactory, OfferFactory
from tests.factories.members import InstitutionFactory, MembershipFactory, PersonFactory, TierFactory
from tests.support import moment


@pytest.fixture
def conference(db):
    """The innovators' conference: nominees and members at early-bird prices, everybody else later and dearer."""
    AllowanceRuleFactory()
    meeting = MeetingFactory(kind="innovators", public_from=moment("2099-12-01 00:00"))
    meeting.offers.all().delete()
    plain = {"meeting": meeting, "draws_on_allowance": False, "seats_per_unit": None}
    OfferFactory(**plain, name="首批推荐名额", audience="nominees", price_kind="early", price=Decimal(500), nominations_per_unit=3)
    OfferFactory(**plain, name="成员早鸟价", price_kind="early", price=Decimal(800))
    OfferFactory(**plain, name="早鸟价", audience="public", price_kind="early", price=Decimal(1000), closes_at=moment("2100-02-01 00:00"))
    OfferFactory(**plain, name="全价", audience="public", price_kind="full", price=Decimal(1500))
    return meeting


def taken(meeting, institution, person=None):
    best = best_of(fits_for(meeting, institution, person=person))
    return best.offer.name if best else None


@pytest.mark.parametrize(
    ("now", "member", "expected"),
    [
        ("2099-11-01 12:00", True, "成员早鸟价"),
        ("2099-11-01 12:00", False, None),
        ("2100-01-15 12:00", False, "早鸟价"),
        ("2100-02-15 12:00", False, "全价"),
        ("2100-03-10 12:00", True, "成员早鸟价"),
    ],
    ids=["a member before the public", "the public waits", "early", "too late for early", "a member's early price has no end"],
)
def test_the_best_offer_depends_on_who_and_when(conference, now, member, expected):
    institution = MembershipFactory().institution if member else InstitutionFactory()

    with time_machine.travel(moment(now), tick=False):
        assert taken(conference, institution) == expected


def test_a_confirmed_nominee_gets_the_recommended_place_and_a_colleague_does_not(conference):
    unit, named, other = MembershipFactory().institution, PersonFactory(), PersonFactory()
    nomination = NominationFactory(offer=conference.offers.get(name="首批推荐名额"), institution=unit, person=named)
    nomination.status = "confirmed"
    nomination.save()

    with time_machine.travel(moment("2099-11-01 12:00"), tick=False):
        assert (taken(conference, unit, named), taken(conference, unit, other)) == ("首批推荐名额", "成员早鸟价")


def test_each_offer_says_why_it_cannot_be_taken(conference):
    with time_machine.travel(moment("2099-11-01 12:00"), tick=False):
        reasons = {fit.offer.name: fit.reason for fit in fits_for(conference, InstitutionFactory())}

    assert reasons == {
        "首批推荐名额": "面向成员单位。",
        "成员早鸟价": "面向成员单位。",
        "早鸟价": "2099年12月1日 00:00 起开放。",
        "全价": "2099年12月1日 00:00 起开放。",
    }


@pytest.mark.django_db
def test_an_offer_of_a_tier_is_for_that_tier():
    meeting, council = MeetingFactory(), TierFactory(code="council", name="理事单位")
    meeting.offers.get().tiers.add(council)

    assert (taken(meeting, MembershipFactory().institution), taken(meeting, MembershipFactory(tier=council).institution)) == (None, "成员单位免费名额")


@pytest.mark.django_db
@pytest.mark.parametrize(("needs", "expected"), [(True, None), (False, "成员单位免费名额")])
def test_good_standing_is_asked_where_the_offer_says_so(needs, expected):
    meeting = MeetingFactory()
    Offer.objects.filter(meeting=meeting).update(needs_good_standing=needs)
    invoice = InvoiceFactory(issued_on=dt.date(2026, 3, 1))

    with time_machine.travel(moment("2026-12-01 12:00"), tick=False):
        assert taken(meeting, invoice.institution) == expected


@pytest.mark.django_db
def test_the_fourth_of_a_unit_pays_where_an_offer_says_so(secretary):
    AllowanceRuleFactory()
    meeting, unit = MeetingFactory(), MembershipFactory().institution
    OfferFactory(meeting=meeting, name="增加名额", price_kind="agreement", price=Decimal(300), draws_on_allowance=False, seats_per_unit=None)

    places = [register(meeting, unit, PersonFactory(), actor=secretary) for _n in range(4)]

    assert [(place.offer.name, place.status, place.price) for place in places[2:]] == [
        ("成员单位免费名额", "confirmed", Decimal("0.00")),
        ("增加名额", "unpaid", Decimal("300.00")),
    ]


@pytest.mark.django_db
def test_a_free_place_that_leaves_the_allowance_alone_comes_first(secretary):
    AllowanceRuleFactory()
    meeting, unit = MeetingFactory(), MembershipFactory().institution
    OfferFactory(meeting=meeting, name="理事免费", draws_on_allowance=False, position=9)

    assert register(meeting, unit, PersonFactory(), actor=secretary).offer.name == "理事免费"


@pytest.mark.django_db
def test_an_offer_without_a_price_cannot_be_taken(secretary):
    meeting = MeetingFactory()
    Offer.objects.filter(meeting=meeting).update(draws_on_allowance=False, price_kind="agreement", price=None)

    assert taken(meeting, MembershipFactory().institution) is None
