"""Leaving and removal (R16)."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from alliance.common.exceptions import DomainError, InvalidTransition
from alliance.common.queues import queues_for
from fees.services.billing import issue_annual_invoice
from meetings.enums import RegistrationStatus
from members.enums import DepartureKind, EndedHow, MembershipStatus
from members.models import Departure
from members.services.departures import LetterMissing, approve_departure, ask_to_leave, decline_departure, pass_departure, withdraw_departure
from tests.factories.common import pdf
from tests.factories.fees import ScheduleFactory
from tests.factories.meetings import AllowanceRuleFactory, MeetingFactory, RegistrationFactory
from tests.factories.members import AffiliationFactory, ApplicationFactory, MembershipFactory
from tests.support import client_for, outbox_for

pytestmark = pytest.mark.django_db
LEAVES = dt.date(2026, 12, 31)


@pytest.fixture(autouse=True)
def march(time_machine):
    time_machine.move_to("2026-03-05 09:00+08:00", tick=False)


def letter():
    return SimpleUploadedFile("退会函.pdf", pdf())


def leaving(membership, actor, **values):
    return ask_to_leave(membership, actor=actor, **({"reason": "调整", "effective_on": LEAVES, "letter": letter()} | values))


def test_a_unit_leaves_when_the_council_agrees(liaison, secretary):
    membership = liaison.person.affiliations.get().institution.memberships.get()
    departure = leaving(membership, liaison)
    pass_departure(departure, actor=secretary)

    approve_departure(departure, actor=secretary, decision="理事会2026年第1次会议", on=dt.date(2026, 4, 1))

    membership.refresh_from_db()
    assert (membership.status, membership.ended_on, membership.ended_kind) == (MembershipStatus.ENDED, LEAVES, EndedHow.WITHDRAWN)
    assert [m.template for m in outbox_for(departure)] == ["members/mail/departure_received", "members/mail/departure_decided"]


def test_what_it_means_for_dues_and_places_is_said_before_and_kept(secretary):
    AllowanceRuleFactory()
    ScheduleFactory()
    membership = MembershipFactory()
    invoice = issue_annual_invoice(membership, year=2026, actor=secretary, on=dt.date(2026, 3, 1))
    later = MeetingFactory(starts_at=dt.datetime(2027, 1, 20, 9, tzinfo=dt.UTC))
    place = RegistrationFactory(meeting=later, institution=membership.institution)

    departure = leaving(membership, secretary)
    pass_departure(departure, actor=secretary)
    approve_departure(departure, actor=secretary, decision="x", on=dt.date(2026, 4, 1))

    place.refresh_from_db(), invoice.refresh_from_db()
    assert place.status == RegistrationStatus.CANCELLED
    assert invoice.state == "open"
    assert departure.effects == [
        f"{invoice.number}：¥2,000.00 仍须缴纳（{invoice.due_on} 前）。",
        "2026 年度会费不予退还；自 2027 年起不再收取。",
        f"{place.person} 在“{later}”的名额将被取消。",
    ]


def test_a_unit_s_wish_carries_its_seal_and_a_removal_needs_none(secretary):
    membership = MembershipFactory()

    with pytest.raises(LetterMissing):
        leaving(membership, secretary, letter=None)
    departure = leaving(membership, secretary, kind=DepartureKind.REMOVAL, letter=None)

    assert departure.kind == DepartureKind.REMOVAL


def test_one_departure_at_a_time_also_by_the_database(secretary):
    membership = MembershipFactory()
    first = leaving(membership, secretary)

    with pytest.raises(DomainError):
        leaving(membership, secretary)
    with pytest.raises(IntegrityError), transaction.atomic():
        Departure.objects.create(reference="TM2026-999", membership=membership, reason="x", effective_on=LEAVES, entered_by=secretary)
    assert Departure.objects.get() == first


def test_nothing_ends_without_the_council(secretary):
    departure = leaving(MembershipFactory(), secretary)

    with pytest.raises(InvalidTransition):
        approve_departure(departure, actor=secretary, decision="x", on=LEAVES)


def test_declined_or_taken_back_the_unit_stays(secretary):
    declined, back = leaving(MembershipFactory(), secretary), leaving(MembershipFactory(), secretary)

    decline_departure(declined, actor=secretary, decision="材料不全", on=dt.date(2026, 4, 1))
    withdraw_departure(back, actor=secretary)

    assert [d.membership.status for d in (declined, back)] == [MembershipStatus.ACTIVE] * 2


def test_a_unit_that_left_may_apply_again(secretary):
    membership = MembershipFactory()
    departure = leaving(membership, secretary)
    pass_departure(departure, actor=secretary)
    approve_departure(departure, actor=secretary, decision="x", on=dt.date(2026, 4, 1))

    application = ApplicationFactory(institution=membership.institution)

    assert application.pk is not None


def test_the_liaison_sees_what_it_means_and_can_take_it_back(liaison, client_for):
    client = client_for(liaison)
    AffiliationFactory(institution=liaison.person.affiliations.get().institution, role="head")

    sent = client.post("/portal/leave/", {"reason": "调整", "effective_on": "2026-12-31", "letter": letter()})
    shown = client.get("/portal/leave/")
    client.post("/portal/leave/", {"stay": ""})

    assert sent.status_code == 302
    assert "TM2026-001" in shown.text
    assert Departure.objects.get().status == "withdrawn"


def test_a_departure_waits_on_the_start_page_until_it_is_screened_and_then_for_a_ballot(secretary, liaison):
    departure = leaving(liaison.person.affiliations.get().institution.memberships.get(), liaison)

    def waiting():
        found = {str(queue.label): (count, queue.url()) for queue, count in queues_for(secretary)}
        return found["待审查的退会申请"], found["待付表决的退会事项"]

    (fresh, url), (before, _url) = waiting()
    listed = client_for(secretary).get(url)
    pass_departure(departure, actor=secretary)
    (looked_through, _url), (for_the_council, next_url) = waiting()
    withdraw_departure(departure, actor=secretary)

    assert (fresh, before, looked_through, for_the_council) == (1, 0, 0, 1)
    assert [row.pk for row in listed.context["cl"].result_list] == [departure.pk]
    assert client_for(secretary).get(next_url).status_code == 200
    assert [count for count, _url in waiting()] == [0, 0]
