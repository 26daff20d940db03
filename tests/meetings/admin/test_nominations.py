"""Recommended places: ranked, looked at, confirmed or declined on one page; letters are shown before they go out."""

import pytest
from django.urls import reverse

from alliance.common.models import OutboxMessage
from meetings.models import Nomination, Registration
from meetings.services.nominating import nominate
from tests.factories.meetings import MeetingFactory, OfferFactory
from tests.factories.members import AffiliationFactory, MembershipFactory, PersonFactory
from tests.support import client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(secretary):
    """Two of a unit's people nominated for the one place of an offer."""
    meeting = MeetingFactory(kind="innovators")
    offer = OfferFactory(meeting=meeting, audience="nominees", seats=1, seats_per_unit=None, draws_on_allowance=False, nominations_per_unit=3)
    unit = MembershipFactory().institution
    AffiliationFactory(institution=unit, role="liaison")
    return [nominate(offer, unit, PersonFactory(), actor=secretary) for _n in range(2)]


def page_of(nomination):
    return reverse("admin:meetings_meeting_nominations", args=[nomination.offer.meeting_id])


def posted(pair, step, *, seen=True):
    """The form with both ticked, the second ranked first; `seen`: what is done was looked at."""
    first, second = pair
    keys = sorted([first.pk, second.pk])
    data = {"offer": first.offer_id, f"rank-{first.pk}": "2", f"rank-{second.pk}": "1", "chosen": keys, "step": step}
    return data | ({"previewed": f"{step}:{','.join(map(str, keys))}"} if seen else {})


def test_they_are_confirmed_in_their_rank_and_who_finds_no_place_says_so(pair, secretary):
    first, second = pair

    page = client_for(secretary).post(page_of(first), posted(pair, "confirm"), follow=True).content.decode()

    assert list(Nomination.objects.values_list("person", "rank", "status")) == [(second.person_id, 1, "confirmed"), (first.person_id, 2, "proposed")]
    assert "该类名额已满" in page


def test_what_becomes_of_them_and_the_letters_are_shown_first_and_nothing_is_done(pair, secretary):
    before = OutboxMessage.objects.count()

    page = client_for(secretary).post(page_of(pair[0]), posted(pair, "confirm", seen=False)).content.decode()

    # The ticket's letter to the person, and the decision to the unit's liaison; the other finds no place.
    assert (page.count('class="letter"'), "该类名额已满" in page, 'name="previewed"' in page) == (2, True, True)
    assert (page.count(" checked"), 'value="1"' in page) == (2, True)
    assert (OutboxMessage.objects.count(), Registration.objects.count()) == (before, 0)
    assert set(Nomination.objects.values_list("rank", "status")) == {(None, "proposed")}


def test_what_was_looked_at_for_others_is_not_done_to_these(pair, secretary):
    seen = posted([pair[0], pair[0]], "decline")["previewed"]

    client_for(secretary).post(page_of(pair[0]), posted(pair, "decline", seen=False) | {"previewed": seen})

    assert set(Nomination.objects.values_list("status", flat=True)) == {"proposed"}


def test_declining_tells_the_liaison_after_it_was_looked_at(pair, secretary, outbox_for):
    client_for(secretary).post(page_of(pair[0]), posted(pair, "decline"))

    assert [[m.template for m in outbox_for(nomination)] for nomination in pair] == [["meetings/mail/nomination_decided"]] * 2


def test_ranks_alone_need_no_second_press(pair, secretary):
    client_for(secretary).post(page_of(pair[0]), posted(pair, "rank", seen=False))

    assert list(Nomination.objects.values_list("rank", flat=True)) == [1, 2]
