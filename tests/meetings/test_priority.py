"""Members hear first (R12): every address, as everybody who is not to know yet."""

import datetime as dt

import pytest
from django.urls import reverse

from alliance.common.models import Organisation
from meetings.services.requests import open_link
from tests.factories.meetings import MeetingFactory, OfferFactory
from tests.factories.members import AffiliationFactory, MembershipFactory
from tests.support import client_for, moment

SECRET = "尚未公布的会议"
LATER = moment("2099-01-01 00:00")
HIDDEN = {
    "members first": {"public_from": LATER},
    "not even members": {"members_from": LATER, "public_from": LATER},
    "draft": {"status": "draft", "public_from": dt.datetime(2021, 1, 1, tzinfo=dt.UTC)},
    "internal": {"is_internal": True, "public_from": dt.datetime(2021, 1, 1, tzinfo=dt.UTC)},
}


def addresses(meeting):
    """Wherever a meeting could be seen without a ticket."""
    slug = [meeting.slug]
    lists = ["/", "/meetings/", "/portal/", "/portal/meetings/", "/notices/", "/robots.txt", f"/meetings/?q={SECRET}"]
    return lists + [
        reverse(name, args=slug) for name in ("meetings:meeting", "meetings:calendar", "meetings:ask", "unit_meetings:register", "unit_meetings:nominate")
    ]


def leaks(client, meeting):
    """The addresses whose answer names the meeting."""
    return [url for url in addresses(meeting) if SECRET in client.get(url, follow=True).content.decode(errors="replace")]


@pytest.fixture
def former_liaison(db):
    """The liaison of a unit that was admitted by the council and has not paid: no member yet."""
    return AffiliationFactory(institution=MembershipFactory(pending=True).institution, role="liaison", person__with_user=True).person.user


@pytest.mark.django_db
@pytest.mark.parametrize("why", sorted(HIDDEN))
@pytest.mark.parametrize("who", ["nobody", "stranger", "applicant", "councillor", "former_liaison"])
def test_nothing_tells_of_a_meeting_before_its_time(who, why, request):
    Organisation.load()
    user = None if who == "nobody" else request.getfixturevalue(who)
    meeting = MeetingFactory(title=SECRET, **HIDDEN[why])
    OfferFactory(meeting=meeting, audience="public", draws_on_allowance=False)

    assert leaks(client_for(user), meeting) == []


@pytest.mark.django_db
@pytest.mark.parametrize("why", ["not even members", "draft", "internal"])
def test_nor_to_members_before_theirs(liaison, why):
    meeting = MeetingFactory(title=SECRET, **HIDDEN[why])

    assert leaks(client_for(liaison), meeting) == []


@pytest.mark.django_db
def test_members_see_theirs_where_it_belongs(liaison):
    meeting = MeetingFactory(title=SECRET, public_from=LATER)

    shown = leaks(client_for(liaison), meeting)

    assert {"/portal/meetings/", "/meetings/", reverse("unit_meetings:register", args=[meeting.slug])} <= set(shown)


@pytest.mark.django_db
def test_a_units_link_is_dead_while_the_unit_may_not_know(secretary, client):
    meeting = MeetingFactory(title=SECRET, public_from=LATER)
    link = open_link(meeting, MembershipFactory(pending=True).institution, actor=secretary)

    assert client.get(reverse("meetings:join", args=[link.token])).status_code == 404
