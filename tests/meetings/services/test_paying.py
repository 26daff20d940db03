"""Places that cost something: held, paid, released."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from alliance.common.queues import queues_for
from fees.models import Invoice, Refund
from fees.selectors.books import discrepancies
from fees.services.payments import record_payment
from fees.services.refunds import approve_refund, pay_refund, refuse_refund
from meetings.models import Registration
from meetings.services.planning import cancel_meeting
from meetings.services.registration import cancel_registration, register_group, substitute_delegate
from meetings.services.sweeping import sweep_places
from tests.factories.meetings import MeetingFactory, OfferFactory
from tests.factories.members import AffiliationFactory, InstitutionFactory, MembershipFactory, PersonFactory


@pytest.fixture
def training(db):
    """A training of two places at an agreement price of 600 for members and 900 for others."""
    meeting = MeetingFactory(kind="training", capacity=2, public_from=dt.datetime(2021, 1, 1, tzinfo=dt.UTC))
    meeting.offers.all().delete()
    plain = {"meeting": meeting, "draws_on_allowance": False, "seats_per_unit": None}
    OfferFactory(**plain, name="成员协议价", price_kind="agreement", price=Decimal(600))
    OfferFactory(**plain, name="全价", audience="others", price_kind="full", price=Decimal(900))
    return meeting


@pytest.fixture
def pair(training, secretary):
    """Two places of one unit on one payment notice."""
    unit = MembershipFactory().institution
    AffiliationFactory(institution=unit)
    people = [PersonFactory(), PersonFactory()]
    outcomes = register_group(training, unit, [(p.name, lambda p=p: p) for p in people], actor=secretary)
    return [outcome.registration for outcome in outcomes]


def states(*places):
    return [Registration.objects.get(pk=place.pk).status for place in places]


def pay(invoice, actor):
    record_payment(institution=invoice.institution, amount=invoice.total, received_on=dt.date(2026, 11, 1), payer_name="财务处", actor=actor)


def test_two_places_come_on_one_notice_and_are_held(pair, outbox_for):
    invoice = pair[0].invoice

    assert (states(*pair), pair[1].invoice_id, invoice.total, invoice.purpose) == (["unpaid", "unpaid"], invoice.pk, Decimal("1200.00"), "event")
    assert [m.template for m in outbox_for(pair[0])] == ["meetings/mail/place_held"]
    assert [m.template for m in outbox_for(invoice)] == ["fees/mail/invoice_issued"]


def test_paying_the_notice_makes_the_places_sure(pair, finance_officer, outbox_for):
    pay(pair[0].invoice, finance_officer)

    assert (states(*pair), discrepancies()) == (["confirmed", "confirmed"], [])
    assert [m.template for m in outbox_for(pair[1])] == ["meetings/mail/place_held", "meetings/mail/registered"]


def test_unpaid_places_are_released_after_their_time_and_the_notice_is_void(pair, training, secretary):
    (waiting,) = register_group(training, MembershipFactory().institution, [("x", PersonFactory)], actor=secretary)

    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=15)):
        sweep_places()

    assert (states(*pair, waiting.registration), Invoice.objects.get(pk=pair[0].invoice_id).state) == (["cancelled", "cancelled", "unpaid"], "void")
    assert discrepancies() == []


def test_one_of_two_gives_up_and_the_unit_owes_the_other_only(pair, secretary, finance_officer):
    cancel_registration(pair[0], actor=secretary)

    invoice = Invoice.objects.get(pk=pair[1].invoice_id)
    assert (invoice.owed, invoice.state) == (Decimal("600.00"), "open")
    record_payment(institution=invoice.institution, amount=Decimal(600), received_on=dt.date(2026, 11, 1), payer_name="财务处", actor=finance_officer)
    assert states(*pair) == ["cancelled", "confirmed"]


def test_a_paid_place_that_is_cancelled_is_put_before_finance(pair, secretary, finance_officer, timeline):
    pay(pair[0].invoice, finance_officer)

    cancel_registration(Registration.objects.get(pk=pair[0].pk), actor=secretary)

    assert ("registration.refund_due", secretary) in timeline(pair[0])
    assert Invoice.objects.get(pk=pair[0].invoice_id).paid == Decimal("1200.00")
    assert [(refund.amount, refund.state) for refund in Refund.objects.filter(invoice=pair[0].invoice_id)] == [(Decimal("600.00"), "asked")]


def waiting_for_finance(user):
    return next(count for queue, count in queues_for(user) if queue.url() == f"{reverse('admin:fees_refund_changelist')}?waiting=yes")


def test_a_paid_place_that_is_cancelled_stands_in_finances_queue_and_in_the_list(pair, secretary, finance_officer, client_for):
    pay(pair[0].invoice, finance_officer)
    before = waiting_for_finance(finance_officer)

    cancel_registration(Registration.objects.get(pk=pair[0].pk), actor=secretary)

    page = client_for(finance_officer).get(reverse("admin:meetings_registration_changelist"), {"money": "due"}).content.decode()
    assert (before, waiting_for_finance(finance_officer)) == (0, 1)
    assert [place.person.name in page for place in pair] == [True, False]


def test_a_refused_refund_is_no_longer_open_work_and_is_named_with_its_reason(pair, secretary, finance_officer, client_for):
    pay(pair[0].invoice, finance_officer)
    cancel_registration(Registration.objects.get(pk=pair[0].pk), actor=secretary)
    client, rows = client_for(finance_officer), reverse("admin:meetings_registration_changelist")

    refuse_refund(Refund.objects.get(invoice=pair[0].invoice_id), actor=finance_officer, reason="逾期取消，按通知不退")

    listed = {kind: pair[0].person.name in client.get(rows, {"money": kind}).content.decode() for kind in ("due", "refused")}
    assert listed == {"due": False, "refused": True}
    record = client.get(reverse("admin:meetings_registration_change", args=[pair[0].pk])).content.decode()
    assert "¥600.00 未批准 逾期取消，按通知不退" in record


def test_of_a_notice_paid_in_part_what_nobody_owes_any_more_is_credited_and_the_rest_stands_before_finance(pair, secretary, finance_officer, timeline):
    record_payment(institution=pair[0].institution, amount=Decimal(900), received_on=dt.date(2026, 11, 1), payer_name="财务处", actor=finance_officer)

    cancel_registration(Registration.objects.get(pk=pair[0].pk), actor=secretary)

    invoice = Invoice.objects.get(pk=pair[0].invoice_id)
    assert (invoice.credited, invoice.owed, states(pair[1]), discrepancies()) == (Decimal(300), Decimal(0), ["confirmed"], [])
    assert ("registration.refund_due", secretary) in timeline(pair[0])
    assert waiting_for_finance(finance_officer) == 1


def test_a_colleague_takes_over_an_unpaid_place_with_its_notice(pair, secretary, finance_officer):
    place = substitute_delegate(pair[0], PersonFactory(), actor=secretary)
    pay(pair[0].invoice, finance_officer)

    assert (states(pair[0], place, pair[1]), place.price) == (["replaced", "confirmed", "confirmed"], Decimal("600.00"))


def test_who_is_no_member_owes_the_full_price_without_a_membership(training, secretary):
    (outcome,) = register_group(training, InstitutionFactory(), [("x", PersonFactory)], actor=secretary)

    invoice = outcome.registration.invoice
    assert (invoice.total, invoice.membership_id, outcome.registration.status) == (Decimal("900.00"), None, "unpaid")


def test_a_meeting_that_is_cancelled_owes_nobody_anything(pair, training, secretary):
    cancel_meeting(training, actor=secretary, reason="场地停用")

    assert (states(*pair), Invoice.objects.get(pk=pair[0].invoice_id).state, discrepancies()) == (["cancelled", "cancelled"], "void", [])


@pytest.mark.django_db(transaction=True)
def test_payment_and_release_at_the_same_moment_agree(secretary, finance_officer, race):
    meeting = MeetingFactory(kind="training")
    meeting.offers.all().delete()
    OfferFactory(meeting=meeting, draws_on_allowance=False, price_kind="agreement", price=Decimal(600), seats_per_unit=None)
    outcomes = register_group(meeting, MembershipFactory().institution, [("x", PersonFactory)], actor=secretary)
    place = outcomes[0].registration
    Registration.objects.filter(pk=place.pk).update(hold_until=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))

    results = race(lambda: pay(Invoice.objects.get(pk=place.invoice_id), finance_officer), sweep_places)

    invoice = Invoice.objects.get(pk=place.invoice_id)
    assert [r for r in results if isinstance(r, Exception)] == []
    assert (states(place)[0], invoice.state) in {("confirmed", "settled"), ("cancelled", "void")}


def test_of_two_cancelled_places_on_one_notice_each_has_its_own_answer(pair, secretary, finance_officer, client_for):
    pay(pair[0].invoice, finance_officer)
    for place in pair:
        cancel_registration(Registration.objects.get(pk=place.pk), actor=secretary)
    first, second = Registration.objects.get(pk=pair[0].pk).refunds.get(), Registration.objects.get(pk=pair[1].pk).refunds.get()
    client, rows = client_for(finance_officer), reverse("admin:meetings_registration_changelist")

    def listed():
        pages = {kind: client.get(rows, {"money": kind}).content.decode() for kind in ("due", "refused")}
        return {kind: [place.person.name in page for place in pair] for kind, page in pages.items()}

    both_wait = listed()
    refuse_refund(first, actor=finance_officer, reason="逾期取消")
    one_refused = listed()
    pay_refund(approve_refund(second, actor=finance_officer), actor=finance_officer, bank_reference="B1", on=dt.date(2026, 11, 9))

    assert both_wait == {"due": [True, True], "refused": [False, False]}
    assert one_refused == {"due": [False, True], "refused": [True, False]}
    assert (listed(), discrepancies()) == ({"due": [False, False], "refused": [True, False]}, [])
