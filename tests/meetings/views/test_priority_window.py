"""Members hear first (R12): every address of the system is asked for a meeting that the public may not know of yet, and none tells."""

import datetime as dt

import pytest
import time_machine
from django.urls import NoReverseMatch, get_resolver, reverse

from alliance.common.models import Organisation
from meetings.models import Session
from meetings.services.checkin import check_in
from meetings.services.feeds import renew_unit_feed
from tests.factories.meetings import AllowanceRuleFactory, MaterialFactory, MeetingFactory, ProjectFactory, RegistrationFactory, ReportFactory
from tests.factories.members import InstitutionFactory, MembershipFactory
from tests.support import moment
from tests.test_access import names

pytestmark = pytest.mark.django_db
SECRET = "秘而不宣的主题"
LINK = "https://meet.example.edu.cn/hidden"
NOW = moment("2026-03-01 12:00")
# Whoever holds these keys has been told: a ticket, or the address of a calendar.
KEYS = ("tickets:", "calendars:", "checkin:")


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def hidden():
    """A meeting that members know of since yesterday and the public from tomorrow on, with everything that could tell of it."""
    Organisation.load(), AllowanceRuleFactory()
    meeting = MeetingFactory(
        title=SECRET, slug="hidden", theme=SECRET, online_link=LINK, starts_at=moment("2026-04-01 09:00"), members_from=NOW - dt.timedelta(days=1),
        public_from=NOW + dt.timedelta(days=1),
    )  # fmt: skip
    Session.objects.create(meeting=meeting, title=SECRET, starts_at=meeting.starts_at, ends_at=meeting.ends_at)
    MaterialFactory(meeting=meeting, title=SECRET)
    ReportFactory(meeting=meeting, project=ProjectFactory(readers="everybody"))
    RegistrationFactory(meeting=meeting)
    return meeting


def addresses(meeting):
    """Every address of ours that can be built from what an outsider knows or guesses: slugs and running numbers."""
    found = []
    for name in names():
        if name.startswith(KEYS) or name.startswith(("account_", "mfa_", "usersessions_", "admin:")):
            continue
        for args in ([], [meeting.slug], [meeting.slug, meeting.materials.get().pk], [meeting.pk], [1], [1, 1], ["hidden", 1]):
            try:
                found.append(reverse(name, args=args))
            except NoReverseMatch:
                continue
    return [*sorted(set(found)), "/sitemap.xml", "/robots.txt", "/api/", "/meetings/hidden.ics", f"/meetings/?q={SECRET}", "/verify/hidden/"]


def leaks(client, urls):
    found = []
    for url in urls:
        answer = client.get(url)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        # A page that is refused repeats its own address in the form of the language; on other pages the slug would tell.
        slug = b"/meetings/hidden/" in body and "hidden" not in url
        if SECRET.encode() in body.replace(b"\r\n ", b"") or LINK.encode() in body or slug:
            found.append(url)
    return found


@pytest.mark.parametrize("who", ["anonymous", "stranger", "applicant"])
def test_no_address_tells_the_public_before_its_time(who, hidden, client_for, request):
    user = None if who == "anonymous" else request.getfixturevalue(who)
    urls = addresses(hidden)

    assert len(urls) > 40
    assert leaks(client_for(user), urls) == []


def test_control_members_are_told_at_these_same_addresses(hidden, client_for, liaison):
    told = leaks(client_for(liaison), addresses(hidden))

    assert {"/meetings/", "/meetings/hidden/", "/meetings/hidden.ics", "/portal/", "/portal/meetings/"} <= set(told)


def test_from_its_time_on_the_public_is_told_but_not_the_link(hidden, client):
    with time_machine.travel(NOW + dt.timedelta(days=2), tick=False):
        page = client.get("/meetings/hidden/").content.decode()

    assert (SECRET in page, LINK in page) == (True, False)


def test_the_calendar_of_a_unit_that_is_no_member_tells_nothing_early(hidden, client, liaison):
    member = liaison.person.affiliations.get().institution
    feeds = [renew_unit_feed(unit, actor=liaison).token for unit in (InstitutionFactory(), MembershipFactory(pending=True).institution, member)]

    told = [SECRET in client.get(reverse("calendars:feed", args=[token])).content.decode().replace("\r\n ", "") for token in feeds]

    assert told == [False, False, True]


def test_a_meeting_that_was_cancelled_as_a_draft_is_in_no_calendar(client, liaison):
    meeting = MeetingFactory(status="draft", title=SECRET)
    meeting.status = "cancelled"
    meeting.save()
    token = renew_unit_feed(liaison.person.affiliations.get().institution, actor=liaison).token

    assert SECRET not in client.get(reverse("calendars:feed", args=[token])).content.decode()


def test_an_internal_meeting_is_shown_to_staff_only(client_for, liaison, secretary):
    MeetingFactory(title=SECRET, slug="inner", is_internal=True, public_from=NOW - dt.timedelta(days=1))

    answers = [client_for(user).get("/meetings/inner/").status_code for user in (None, liaison, secretary)]

    assert answers == [404, 404, 200]


@pytest.mark.parametrize(
    ("readers", "told"),
    [("everybody", ["public", "stranger", "liaison", "seated", "ticket", "staff"]), ("members", ["liaison", "seated", "ticket", "staff"]),
     ("participants", ["seated", "ticket", "staff"])],
)  # fmt: skip
def test_papers_go_to_those_whom_they_are_for(readers, told, client, client_for, liaison, stranger, secretary):
    meeting = MeetingFactory(public_from=NOW - dt.timedelta(days=1))
    material = MaterialFactory(meeting=meeting, readers=readers)
    unit = MembershipFactory().institution
    from members.enums import PersonRole
    from tests.factories.members import AffiliationFactory

    seated = AffiliationFactory(institution=unit, role=PersonRole.LIAISON, person__with_user=True).person.user
    place = RegistrationFactory(meeting=meeting, institution=unit)
    page = reverse("meetings:material", args=[meeting.slug, material.pk])
    doors = {
        "public": (client, page), "stranger": (client_for(stranger), page), "liaison": (client_for(liaison), page), "seated": (client_for(seated), page),
        "ticket": (client, reverse("tickets:material", args=[place.ticket, material.pk])), "staff": (client_for(secretary), page),
    }  # fmt: skip

    assert [who for who, (browser, url) in doors.items() if browser.get(url).status_code == 200] == told


def test_a_paper_waits_for_its_date_and_a_withdrawn_one_is_gone(client):
    meeting = MeetingFactory(public_from=NOW - dt.timedelta(days=1))
    later = MaterialFactory(meeting=meeting, visible_from=NOW + dt.timedelta(hours=1))
    gone = MaterialFactory(meeting=meeting, withdrawn_at=NOW)

    answers = [client.get(reverse("meetings:material", args=[meeting.slug, m.pk])).status_code for m in (later, gone)]

    assert answers == [404, 404]


def test_a_dead_ticket_opens_nothing_that_a_place_opens(client, secretary):
    place = RegistrationFactory(meeting__online_link=LINK)
    material = MaterialFactory(meeting=place.meeting, readers="participants")
    place.status = "cancelled"
    place.save()

    page = client.get(reverse("tickets:ticket", args=[place.ticket])).content.decode()
    answers = [client.get(reverse(f"tickets:{name}", args=[place.ticket])).status_code for name in ("pdf", "invitation", "certificate")]
    answers.append(client.get(reverse("tickets:material", args=[place.ticket, material.pk])).status_code)

    assert (LINK in page, answers) == (False, [404] * 4)
    with time_machine.travel(moment("2100-03-20 10:00"), tick=False), pytest.raises(Exception, match="已取消"):
        check_in(place, actor=secretary)


def test_an_unpaid_place_has_the_letter_for_its_finance_office_and_nothing_else(client):
    place = RegistrationFactory(status="unpaid", price=500, hold_until=NOW + dt.timedelta(days=9))
    letter = reverse("tickets:invitation", args=[place.ticket])

    page = client.get(reverse("tickets:ticket", args=[place.ticket])).content.decode()
    answers = {name: client.get(reverse(f"tickets:{name}", args=[place.ticket])).status_code for name in ("invitation", "pdf", "certificate")}

    assert (page.count(f'href="{letter}"'), answers) == (1, {"invitation": 200, "pdf": 404, "certificate": 404})


def test_the_resolver_is_walked_whole():
    assert len(names(get_resolver())) == len(names())
