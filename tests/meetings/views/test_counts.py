"""Each list of the room asks the database as often for one row as for thirty, and this often."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliance.common.models import Organisation
from meetings.models import AllowanceRule, MeetingTemplate, Minutes
from meetings.services.checkin import check_in
from tests.factories.meetings import (
    FeedbackQuestionFactory,
    MaterialFactory,
    MeetingFactory,
    NominationFactory,
    OfferFactory,
    PlaceRequestFactory,
    ProjectFactory,
    RegistrationFactory,
    ReportFactory,
    SessionFactory,
)
from tests.factories.members import StaffFactory
from tests.support import client_for, moment

pytestmark = pytest.mark.django_db
DAY = moment("2100-03-20 10:00")


@pytest.fixture(autouse=True)
def _on_the_day():
    Organisation.load()
    with time_machine.travel(DAY, tick=False):
        yield


def of_one(meeting, number):
    """A participant who is in, with a paper, an agenda item and a report."""
    check_in(RegistrationFactory(meeting=meeting), actor=StaffFactory())
    SessionFactory(meeting=meeting)
    MaterialFactory(meeting=meeting)
    MaterialFactory(meeting=meeting, session=meeting.sessions.last())
    ReportFactory(meeting=meeting, project=ProjectFactory(readers="everybody"), readers="everybody")


def template(_meeting, number):
    MeetingTemplate.objects.create(name=f"模板{number}", title="{year}")


# Name: (the address, what makes one row more, who looks, how many queries).
PAGES = {
    "doors": (lambda m: reverse("checkin:doors"), lambda m, n: MeetingFactory(starts_at=DAY), "staff", 8),
    "door": (lambda m: reverse("checkin:door", args=[m.slug]) + "?q=a", of_one, "staff", 12),
    "door list": (lambda m: reverse("checkin:list", args=[m.slug]), of_one, "staff", 6),
    "meetings": (lambda m: reverse("meetings:list"), lambda m, n: MeetingFactory(public_from=m.public_from), "anybody", 3),
    "meeting": (lambda m: m.get_absolute_url(), of_one, "anybody", 10),
    "projects": (lambda m: reverse("projects:list"), lambda m, n: ProjectFactory(readers="everybody"), "anybody", 2),
    "admin meetings": ("meeting", lambda m, n: MeetingFactory(), "staff", 6),
    "admin registrations": ("registration", lambda m, n: RegistrationFactory(), "staff", 8),
    "admin check-ins": ("checkin", of_one, "staff", 7),
    "admin requests": ("placerequest", lambda m, n: PlaceRequestFactory(meeting=m), "staff", 7),
    "admin nominations": ("nomination", lambda m, n: NominationFactory(offer=OfferFactory(meeting=m)), "staff", 7),
    "admin materials": ("material", lambda m, n: MaterialFactory(meeting=m, session=SessionFactory(meeting=m)), "staff", 7),
    "admin minutes": ("minutes", lambda m, n: Minutes.objects.create(meeting=MeetingFactory(), text="纪要"), "staff", 6),
    "admin projects": ("project", lambda m, n: ProjectFactory(), "staff", 6),
    "admin reports": ("projectreport", lambda m, n: ReportFactory(), "staff", 8),
    "admin questions": ("feedbackquestion", lambda m, n: FeedbackQuestionFactory(meeting=m), "staff", 6),
    "admin templates": ("meetingtemplate", template, "staff", 6),
    "admin allowances": ("allowancerule", lambda m, n: AllowanceRule.objects.create(from_year=2000 + n), "staff", 6),
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_as_often_for_thirty_rows_as_for_one(page, secretary):
    where, make, who, queries = PAGES[page]
    meeting = MeetingFactory(capacity=100, public_from=dt.datetime(2021, 1, 1, tzinfo=dt.UTC))
    meeting.offers.update(seats_per_unit=None, draws_on_allowance=False)
    client = client_for(secretary if who == "staff" else None)
    url = reverse(f"admin:meetings_{where}_changelist") if isinstance(where, str) else where(meeting)
    client.get(url)  # What is kept for all pages is read once.

    counts, made = [], 0
    for rows in (1, 30):
        while made < rows:
            make(meeting, made)
            made += 1
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(url)
        counts.append(len(asked))

    assert (answer.status_code, counts) == (200, [queries, queries])
