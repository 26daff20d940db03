"""The calendar of closing times: its secret address is made, renewed and ended by its owner."""

import re

import pytest
from django.urls import reverse

from council.models import DeadlineFeed
from council.services.feeds import renew_deadlines
from tests.council.support import opened
from tests.support import client_for

pytestmark = pytest.mark.django_db


def test_the_calendar_has_open_ballots_for_whoever_has_the_key(secretary):
    ballot = opened(secretary)
    user = ballot.electors.first().person.user
    client = client_for(user)
    client.post(reverse("council:calendar_address"), {"renew": "1"})
    page = client.get(reverse("council:calendar_address")).text
    address = re.search(r"/council/calendar/[\w-]+\.ics", page).group()

    feed = client_for(None).get(address)

    assert (feed.status_code, feed.text.count("BEGIN:VEVENT"), f"ballot-{ballot.pk}@" in feed.text) == (200, 1, True)


@pytest.mark.parametrize("deed", ["renew", "end"])
def test_an_address_of_the_calendar_that_got_about_is_ended(secretary, deed):
    ballot = opened(secretary)
    client = client_for(ballot.electors.first().person.user)
    client.post(reverse("council:calendar_address"), {"renew": "1"})
    old = reverse("council:calendar", args=[DeadlineFeed.objects.get().token])

    client.post(reverse("council:calendar_address"), {deed: "1"})

    live = DeadlineFeed.objects.filter(revoked_at=None)
    assert (client_for(None).get(old).status_code, live.count()) == (404, 1 if deed == "renew" else 0)
    assert [client_for(None).get(reverse("council:calendar", args=[feed.token])).status_code for feed in live] == [200] * live.count()


@pytest.mark.django_db(transaction=True)
def test_two_new_addresses_at_once_leave_one(secretary, race):
    user = opened(secretary).electors.first().person.user

    outcomes = race(*[lambda: renew_deadlines(user) for _n in range(4)])

    assert ({type(one).__name__ for one in outcomes}, DeadlineFeed.objects.filter(revoked_at=None).count()) == ({"DeadlineFeed"}, 1)


def test_whoever_no_longer_votes_has_no_calendar(secretary):
    ballot = opened(secretary)
    user = ballot.electors.first().person.user
    address = reverse("council:calendar", args=[renew_deadlines(user).token])
    user.is_active = False
    user.save()

    assert client_for(None).get(address).status_code == 404
