"""Large direct credit notes need a second person; many small ones count together."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from alliance.common.exceptions import InvalidTransition
from fees.exceptions import NeedsSecondPerson, TooMuch
from fees.models import CreditNote, CreditProposal, FeeSchedule
from fees.services.billing import credit_invoice
from fees.services.credits import AlreadyAskedFor, approve_credit, propose_credit, refuse_credit
from tests.factories.fees import InvoiceFactory, ScheduleFactory
from tests.support import timeline

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 3, 20)


@pytest.fixture
def invoice():
    schedule = ScheduleFactory()
    FeeSchedule.objects.filter(pk=schedule.pk).update(credit_approval_above=500)
    return InvoiceFactory(total=Decimal(2000))


def propose(invoice, actor, amount):
    return propose_credit(invoice, amount=Decimal(amount), reason="冲减", actor=actor)


def test_up_to_the_limit_it_is_issued_at_once(invoice, finance_officer):
    note = propose(invoice, finance_officer, 500)

    assert (note.amount, CreditProposal.objects.count()) == (Decimal("500.00"), 0)


def test_above_it_another_person_approves(invoice, finance_officer, secretary):
    proposal = propose(invoice, finance_officer, "500.01")
    before = CreditNote.objects.count()
    with pytest.raises(NeedsSecondPerson):
        approve_credit(proposal, actor=finance_officer)
    note = approve_credit(CreditProposal.objects.get(), actor=secretary)

    invoice.refresh_from_db()
    assert (before, note.proposal_id, note.made_by, invoice.owed) == (0, proposal.pk, secretary, Decimal("1499.99"))
    assert [action for action, _who in timeline(proposal)] == ["credit.proposed", "credit.approved"]


def test_small_ones_on_one_notice_count_together(invoice, finance_officer):
    propose(invoice, finance_officer, 300)

    assert isinstance(propose(invoice, finance_officer, 201), CreditProposal)


def test_refused_nothing_happens_and_it_can_be_asked_for_again(invoice, finance_officer, secretary):
    proposal = propose(invoice, finance_officer, 900)
    with pytest.raises(AlreadyAskedFor):
        propose(invoice, finance_officer, 901)
    refuse_credit(proposal, actor=secretary)
    with pytest.raises(InvalidTransition):
        approve_credit(CreditProposal.objects.get(pk=proposal.pk), actor=secretary)

    assert (CreditNote.objects.count(), propose(invoice, finance_officer, 800).state) == (0, "proposed")


def test_never_more_than_is_owed(invoice, finance_officer):
    with pytest.raises(TooMuch):
        propose(invoice, finance_officer, "2000.01")


def test_the_database_refuses_a_large_one_by_one_person(invoice, finance_officer, secretary):
    with pytest.raises(IntegrityError, match="needs a second person"), transaction.atomic():
        credit_invoice(invoice, amount=Decimal("500.01"), reason="x", actor=finance_officer, on=ON)
    proposal = propose(invoice, finance_officer, 900)
    with pytest.raises(IntegrityError, match="credit_proposal_needs_second_person"), transaction.atomic():
        CreditProposal.objects.filter(pk=proposal.pk).update(state="approved", decided_by=finance_officer)
    with pytest.raises(IntegrityError, match="was not approved"), transaction.atomic():
        credit_invoice(invoice, amount=Decimal(900), reason="x", actor=secretary, on=ON, proposal=proposal)


@pytest.mark.django_db(transaction=True)
def test_two_small_ones_at_once_stay_within_the_limit(race, finance_officer):
    FeeSchedule.objects.filter(pk=ScheduleFactory().pk).update(credit_approval_above=500)
    invoice = InvoiceFactory(total=Decimal(2000))

    race(*(lambda: propose(type(invoice).objects.get(pk=invoice.pk), finance_officer, 400) for _ in range(2)))

    assert (CreditNote.objects.count(), CreditProposal.objects.count()) == (1, 1)
