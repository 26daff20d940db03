"""A step that writes to people shows the letter first."""

import pytest
from django.urls import reverse

from alliance.common.models import LogEntry, OutboxMessage
from council.dossier import dossier_digest
from council.services.opening import open_ballot
from council.services.voting import Ticked, cast_votes
from fees.models import Invoice
from members.enums import ApplicationStatus
from members.models import Application
from tests.factories.council import MotionFactory, ProcedureFactory, SeatFactory
from tests.factories.fees import ScheduleFactory
from tests.factories.members import ApplicationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def step(secretary, client_for):
    application = ApplicationFactory(status=ApplicationStatus.SUBMITTED)
    client, address = client_for(secretary), reverse("admin:members_application_return", args=[application.pk])
    return application, lambda **more: client.post(address, {"text_1": "公章不清晰", "field_1": "scan", **more})


def test_the_first_press_shows_the_letter_and_changes_nothing(step):
    application, press = step
    before = LogEntry.objects.count()

    page = press()

    assert "公章不清晰" in page.text
    assert "将发出 2 封邮件" in page.text
    assert (OutboxMessage.objects.count(), LogEntry.objects.count()) == (0, before)
    assert Application.objects.get(pk=application.pk).status == ApplicationStatus.SUBMITTED


def test_the_second_press_sends_it(step):
    application, press = step
    press()

    press(previewed="1")

    assert OutboxMessage.objects.count() == 2
    assert Application.objects.get(pk=application.pk).status == ApplicationStatus.RETURNED


def test_a_refusal_is_told_at_the_first_press(step):
    _application, press = step

    assert "请至少" in press(text_1="").text


def test_no_number_is_used_up_by_looking(secretary, client_for):
    ScheduleFactory()
    procedure = ProcedureFactory()
    SeatFactory(body=procedure.body, person__with_user=True)
    motion = MotionFactory(ballot__body=procedure.body)
    ballot = open_ballot(motion.ballot, actor=secretary)
    elector = ballot.electors.get()
    cast_votes(elector, [Ticked(motion, "for", "", dossier_digest(motion))], actor=elector.person.user)
    client, address = client_for(secretary), reverse("admin:council_ballot_close", args=[ballot.pk])

    looked = client.get(address)
    nothing = Invoice.objects.count()
    client.post(address, {})

    assert looked.text.count('class="letter"') >= 3
    assert (nothing, [invoice.sequence for invoice in Invoice.objects.all()]) == (0, [1])


def test_the_letters_of_a_close_are_the_same_however_the_vote_stands(secretary, client_for):
    ScheduleFactory()
    procedure = ProcedureFactory()
    SeatFactory(body=procedure.body, person__with_user=True)
    motion = MotionFactory(ballot__body=procedure.body)
    ballot = open_ballot(motion.ballot, actor=secretary)
    elector = ballot.electors.get()
    client, address = client_for(secretary), reverse("admin:council_ballot_letters", args=[ballot.pk])
    pages = []

    for choice in ("for", "against"):
        cast_votes(elector, [Ticked(motion, choice, "", dossier_digest(motion))], actor=elector.person.user)
        pages.append([line for line in client.get(address).text.splitlines() if "csrf" not in line and "nonce" not in line])

    assert pages[0] == pages[1]
