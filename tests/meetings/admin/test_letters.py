"""A letter to rows of the list of registrations: ticked ones, or all that the filters show."""

import pytest
from django.urls import reverse

from tests.factories.meetings import MeetingFactory, RegistrationFactory
from tests.factories.members import PersonFactory
from tests.support import client_for

pytestmark = pytest.mark.django_db
LIST = reverse("admin:meetings_registration_changelist")
LETTER = {"action": "write_letter", "subject": "班车安排", "text": "上午八点在南门集合。"}


@pytest.fixture
def rows():
    """Two with an address, one without, one of another meeting."""
    meeting = MeetingFactory()
    people = [PersonFactory(email="a@x.edu.cn"), PersonFactory(email="b@x.edu.cn"), PersonFactory(name="无邮箱", email="")]
    return [*(RegistrationFactory(meeting=meeting, person=person) for person in people), RegistrationFactory()]


def subjects(outbox_for, rows):
    return [[m.subject for m in outbox_for(row)] for row in rows]


def test_those_ticked_get_it_once_after_it_was_shown(rows, secretary, outbox_for):
    client, data = client_for(secretary), LETTER | {"_selected_action": [row.pk for row in rows[:3]]}

    shown = client.post(LIST, data).content.decode()
    before = subjects(outbox_for, rows)
    for _press in range(2):
        client.post(LIST, data | {"previewed": "1"})

    assert (shown.count('class="letter"'), "上午八点在南门集合" in shown, "无邮箱" in shown, before) == (2, True, True, [[], [], [], []])
    assert subjects(outbox_for, rows) == [["班车安排"], ["班车安排"], [], []]


def test_all_that_the_filter_shows(rows, secretary, outbox_for):
    url = f"{LIST}?meeting__id__exact={rows[0].meeting_id}"

    client_for(secretary).post(url, LETTER | {"_selected_action": [rows[0].pk], "select_across": "1", "previewed": "1"})

    assert subjects(outbox_for, rows) == [["班车安排"], ["班车安排"], [], []]


def test_nobody_with_an_address_is_an_error_and_what_was_typed_stays(rows, secretary):
    page = client_for(secretary).post(LIST, LETTER | {"_selected_action": [rows[2].pk]}).content.decode()

    assert ("没有符合条件的人员" in page, "上午八点在南门集合" in page) == (True, True)


def test_a_letter_without_text_is_an_error(rows, secretary, outbox_for):
    client_for(secretary).post(LIST, LETTER | {"text": "", "_selected_action": [rows[0].pk], "previewed": "1"})

    assert subjects(outbox_for, rows[:1]) == [[]]


def test_finance_reads_the_list_and_writes_to_nobody(rows, finance_officer, outbox_for):
    client = client_for(finance_officer)

    page = client.get(LIST)
    client.post(LIST, LETTER | {"_selected_action": [rows[0].pk], "previewed": "1"})

    assert (page.status_code, b"write_letter" in page.content, subjects(outbox_for, rows[:1])) == (200, False, [[]])
