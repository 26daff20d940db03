"""Whatever is done in whatever order, every promise about places holds, and nobody is overtaken."""

import contextlib
import datetime as dt
from decimal import Decimal

import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from alliance.common.clock import now
from alliance.common.exceptions import DomainError
from fees.models import Invoice
from fees.selectors.books import discrepancies
from fees.services.payments import record_payment
from meetings.enums import LIVE
from meetings.models import Meeting, Registration
from meetings.selectors.books import broken_promises
from meetings.services.planning import change_meeting
from meetings.services.registration import cancel_registration, register, register_by_staff, substitute_delegate
from meetings.services.sweeping import sweep_places
from meetings.services.waiting import accept_place
from tests.factories.meetings import AllowanceRuleFactory, MeetingFactory, OfferFactory
from tests.factories.members import InstitutionFactory, MembershipFactory, PersonFactory, StaffFactory

PICK = st.integers(min_value=0, max_value=10_000)


class Places(RuleBasedStateMachine):
    """Five meetings, four units and a stranger, and people who do anything at all."""

    @initialize()
    def begin(self):
        AllowanceRuleFactory()
        self.actor = StaffFactory()
        self.units = [*(MembershipFactory().institution for _n in range(3)), InstitutionFactory()]
        self.people = PersonFactory.create_batch(12)
        self.meetings = [
            MeetingFactory(capacity=3), MeetingFactory(capacity=2, accept_hours=48, unit_limit=2), MeetingFactory(capacity=4),
            MeetingFactory(capacity=4), MeetingFactory(capacity=2, public_from=dt.datetime(2021, 1, 1, tzinfo=dt.UTC)),
        ]  # fmt: skip
        OfferFactory(meeting=self.meetings[4], audience="public", draws_on_allowance=False, price_kind="full", price=Decimal(900), seats_per_unit=None)
        self.late = dt.timedelta()

    def attempt(self, function, *args, **values):
        """What the domain refuses is refused; anything else would fail the test."""
        with contextlib.suppress(DomainError), time_machine.travel(dt.datetime.now(dt.UTC) + self.late):
            function(*args, actor=self.actor, **values)

    def meeting(self, number):
        return Meeting.objects.get(pk=self.meetings[number % len(self.meetings)].pk)

    def place(self, number):
        rows = list(Registration.objects.filter(meeting__in=self.meetings, status__in=LIVE).order_by("pk"))
        return rows[number % len(rows)] if rows else None

    @rule(meeting=PICK, unit=PICK, person=PICK)
    def register(self, meeting, unit, person):
        self.attempt(register, self.meeting(meeting), self.units[unit % 4], self.people[person % 12])

    @rule(meeting=PICK, unit=PICK, person=PICK)
    def override(self, meeting, unit, person):
        chosen = self.meeting(meeting)
        self.attempt(register_by_staff, chosen, self.units[unit % 4], self.people[person % 12], chosen.offers.first(), reason="特批")

    @rule(place=PICK, give_back=st.booleans())
    def cancel(self, place, give_back):
        if place := self.place(place):
            self.attempt(cancel_registration, place, give_back=give_back)

    @rule(place=PICK, person=PICK)
    def replace(self, place, person):
        if place := self.place(place):
            self.attempt(substitute_delegate, place, self.people[person % 12])

    @rule(place=PICK)
    def accept(self, place):
        if place := self.place(place):
            self.attempt(accept_place, place)

    @rule(meeting=PICK, capacity=st.integers(min_value=1, max_value=6))
    def resize(self, meeting, capacity):
        self.attempt(change_meeting, self.meeting(meeting), capacity=capacity)

    @rule(which=PICK)
    def pay(self, which):
        rows = list(Invoice.objects.open().order_by("pk"))
        if rows:
            invoice = rows[which % len(rows)]
            self.attempt(record_payment, institution=invoice.institution, amount=invoice.owed, received_on=dt.date(2026, 1, 5), payer_name="财务处")

    @rule(days=st.sampled_from([1, 3, 15]))
    def wait(self, days):
        self.late += dt.timedelta(days=days)
        with time_machine.travel(dt.datetime.now(dt.UTC) + self.late):
            sweep_places()

    @invariant()
    def promises_hold(self):
        assert (broken_promises(), discrepancies()) == ([], [])

    @invariant()
    def nobody_who_could_move_up_still_waits(self):
        if hasattr(self, "late"):
            with time_machine.travel(now() + self.late):
                sweep_places()
                assert sweep_places() == 0


class TestPlaces(Places.TestCase, TestCase):
    """All examples in one transaction that is rolled back."""

    settings = settings(max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
