"""What participants answered, as staff read it: on the registration, and as a workbook."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from alliance.common.audit import timeline
from alliance.common.models import Organisation
from meetings.models import RegistrationAnswer
from tests.factories.meetings import MeetingFactory, QuestionFactory, RegistrationFactory
from tests.support import client_for


def address(meeting):
    return reverse("admin:meetings_meeting_answers", args=[meeting.pk])


@pytest.fixture
def asked(db):
    """A meeting with two questions, one who answered both, one who answered none, one who gave the place up."""
    meeting = MeetingFactory()
    title, car = (
        QuestionFactory(meeting=meeting, text="开票抬头", kind="short", position=1),
        QuestionFactory(meeting=meeting, text="需要接站", kind="yes_no", position=2),
    )
    first, second = [RegistrationFactory(meeting=meeting, institution__name=name) for name in ("Ａ大学", "Ｂ大学")]
    gone = RegistrationFactory(meeting=meeting)
    for place in (first, gone):
        RegistrationAnswer.objects.create(registration=place, question=title, value="=某某大学")
        RegistrationAnswer.objects.create(registration=place, question=car, value="yes")
    gone.status = "cancelled"
    gone.save()
    return meeting, first, second


def test_the_workbook_has_a_row_for_each_seat_and_a_column_for_each_question_and_stands_in_the_log(asked, secretary):
    meeting, first, second = asked

    answer = client_for(secretary).get(address(meeting))

    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert [row[2:] for row in rows] == [("开票抬头", "需要接站"), ("'=某某大学", "是"), (None, None)]
    assert [row[:2] for row in rows[1:]] == [(place.institution.name, place.person.name) for place in (first, second)]
    assert [(entry.actor, entry.data["rows"]) for entry in timeline(meeting) if entry.action == "export.made"] == [(secretary, 2)]


def test_the_registration_shows_its_answers_and_the_numbers_lead_to_the_workbook(asked, secretary):
    meeting, first, second = asked
    client = client_for(secretary)

    pages = [client.get(reverse("admin:meetings_registration_change", args=[place.pk])) for place in (first, second)]
    numbers = client.get(reverse("admin:meetings_meeting_numbers", args=[meeting.pk])).content.decode()

    assert [page.context["answers"] for page in pages] == [[("开票抬头", "=某某大学"), ("需要接站", "是")], []]
    assert (["=某某大学" in page.content.decode() for page in pages], address(meeting) in numbers) == ([True, False], True)


def test_a_liaison_and_a_stranger_get_no_workbook(asked, liaison, client):
    answers = [browser.get(address(asked[0])).status_code for browser in (client_for(liaison), client)]

    assert 200 not in answers


def test_the_workbook_asks_as_much_for_thirty_rows_as_for_one(secretary):
    Organisation.load()
    meeting, client, counts = MeetingFactory(), client_for(secretary), []
    question = QuestionFactory(meeting=meeting)
    for more in (1, 29):
        for _n in range(more):
            RegistrationAnswer.objects.create(registration=RegistrationFactory(meeting=meeting), question=question, value="素食")
        client.get(address(meeting))
        with CaptureQueriesContext(connection) as captured:
            client.get(address(meeting))
        counts.append(len(captured))

    assert counts[0] == counts[1]
