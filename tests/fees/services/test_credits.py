"""Large direct credit notes need a second person; many small ones count together."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from alliance.common.exceptions import InvalidTransition
from fees.exceptions import NeedsSecondPerson, TooMuch
from fees.models import CreditNote, CreditProposal, Fapiao, FapiaoRequest, FeeSchedule
from fees.services.billing import issue_event_invoice
from fees.services.credits import AlreadyAskedFor, approve_credit, credit_invoice, propose_credit, refuse_credit
from tests.factories.fees import InvoiceFactory, ScheduleFactory
from tests.factories.members import InstitutionFactory
from tests.support import client_for, timeline

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


@pytest.fixture
def event(invoice):
    """A notice of a meeting over 3,000 yuan."""
    return issue_event_invoice(InstitutionFactory(), lines=[("研修", Decimal(3000))], fee="会议费", due_on=ON, on=ON, source="test")


def test_notices_of_meetings_need_a_second_person_as_well(event, finance_officer, secretary):
    with pytest.raises(IntegrityError, match="needs a second person"), transaction.atomic():
        credit_invoice(event, amount=Decimal("500.01"), reason="x", actor=finance_officer, on=ON)

    note = approve_credit(propose(event, finance_officer, 900), actor=secretary)

    assert (note.amount, CreditNote.objects.count()) == (Decimal("900.00"), 1)


def test_a_released_place_is_free_of_it_and_uses_up_nothing_of_the_limit(event, finance_officer):
    credit_invoice(event, amount=Decimal(2000), reason="取消名额", actor=None, on=ON, source="task:places", for_place=True)

    assert isinstance(propose(event, finance_officer, 500), CreditNote)


def test_a_place_stands_only_on_the_notice_of_a_meeting_and_a_task_makes_no_other_credit_note(invoice, event):
    with pytest.raises(IntegrityError, match="no place stands on this notice"), transaction.atomic():
        credit_invoice(invoice, amount=Decimal(2000), reason="x", actor=None, on=ON, for_place=True)
    with pytest.raises(IntegrityError, match="names who made it"), transaction.atomic():
        credit_invoice(event, amount=Decimal(1), reason="x", actor=None, on=ON)


def test_the_step_says_what_it_needs_and_which_fapiao_is_out(invoice, finance_officer):
    page = reverse("admin:fees_invoice_creditnote", args=[invoice.pk])
    client = client_for(finance_officer)
    before = client.get(page).content.decode()
    request = FapiaoRequest.objects.create(
        institution=invoice.institution, title="x", tax_number="x", amount=2000, email="a@b.cn", requested_by=finance_officer
    )
    request.invoices.add(invoice)
    Fapiao.objects.create(number="2" * 20, total=2000, read_by="xml", imported_by=finance_officer, request=request)
    FapiaoRequest.objects.filter(pk=request.pk).update(state="issued")
    after = client.get(page).content.decode()

    assert ("¥500.00" in before, "2" * 20 in before, "红字发票" in before) == (True, False, False)
    assert ("¥500.00" in after, "2" * 20 in after, "红字发票" in after) == (True, True, True)


@pytest.mark.django_db(transaction=True)
def test_two_small_ones_at_once_stay_within_the_limit(race, finance_officer):
    FeeSchedule.objects.filter(pk=ScheduleFactory().pk).update(credit_approval_above=500)
    invoice = InvoiceFactory(total=Decimal(2000))

    race(*(lambda: propose(type(invoice).objects.get(pk=invoice.pk), finance_officer, 400) for _ in range(2)))

    assert (CreditNote.objects.count(), CreditProposal.objects.count()) == (1, 1)
