"""Factories of fees."""

import datetime as dt
from decimal import Decimal

import factory
from django.db import transaction
from factory.django import DjangoModelFactory

from alliance.common.numbering import next_number
from fees.models import Allocation, FeeSchedule, Invoice, InvoiceLine, Payment, TierAmount
from tests.factories.members import InstitutionFactory, MembershipFactory, StaffFactory, TierFactory


class ScheduleFactory(DjangoModelFactory):
    """The notice's amounts: entry fee 3000, ordinary tier 2000."""

    class Meta:
        model = FeeSchedule
        django_get_or_create = ("effective_from_year",)
        skip_postgeneration_save = True

    effective_from_year = 2018
    entry_fee = Decimal("3000.00")
    # Above what tests take off; the limit has tests of its own.
    credit_approval_above = Decimal("100000.00")

    @factory.post_generation
    def ordinary(self, create, extracted, **kwargs):
        """The ordinary tier's amount."""
        TierAmount.objects.get_or_create(schedule=self, tier=TierFactory(), defaults={"amount": Decimal("2000.00") if extracted is None else extracted})


class PaymentFactory(DjangoModelFactory):
    """Money that arrived and pays nothing yet."""

    class Meta:
        model = Payment

    institution = factory.SubFactory(InstitutionFactory)
    received_on = dt.date(2026, 3, 10)
    amount = Decimal("5000.00")
    payer_name = factory.LazyAttribute(lambda p: p.institution.name)
    entered_by = factory.SubFactory(StaffFactory)


class InvoiceFactory(DjangoModelFactory):
    """An issued annual notice of an active membership over `total`, with its one line: `InvoiceFactory(year=2026, total=2000)`."""

    class Meta:
        model = Invoice

    class Params:
        entry = factory.Trait(purpose="joining")

    membership = factory.SubFactory(MembershipFactory)
    institution = factory.SelfAttribute("membership.institution")
    institution_name = factory.SelfAttribute("institution.name")
    year = 2026
    purpose = "annual"
    total = Decimal("2000.00")
    remark = factory.LazyAttribute(lambda i: f"可持续联盟+{i.institution_name}+年费")
    terms = factory.LazyFunction(
        lambda: {
            "bank_account_name": "西交利物浦大学",
            "bank_name": "民生银行苏州分行",
            "bank_account_number": "691911524",
            "finance_contact": "王老师",
            "finance_email": "ILEAD01@xjtlu.edu.cn",
            "finance_phone": "0512-81884942",
            "host": "西交利物浦大学",
            "name": "高校教师发展中心可持续发展联盟",
            "secretariat": "秘书处",
        }
    )
    issued_on = factory.LazyAttribute(lambda i: dt.date(i.year, 3, 1))
    due_on = factory.LazyAttribute(lambda i: i.issued_on + dt.timedelta(days=30))
    grace_until = factory.LazyAttribute(lambda i: i.due_on + dt.timedelta(days=30))

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        with transaction.atomic():
            sequence = next_number("invoice:JF", kwargs["year"])
            invoice = super()._create(model_class, *args, sequence=sequence, number=f"JF{kwargs['year']}-{sequence:04d}", **kwargs)
            kind = "entry" if invoice.purpose == "joining" else "annual"
            InvoiceLine.objects.create(
                invoice=invoice, membership=invoice.membership, kind=kind, year=invoice.year, description=f"{invoice.year}年度年费", amount=invoice.total
            )
        return invoice


class AllocationFactory(DjangoModelFactory):
    """A payment's part for an invoice; by default a payment of exactly this amount is made for it."""

    class Meta:
        model = Allocation

    invoice = factory.SubFactory(InvoiceFactory)
    amount = Decimal("2000.00")
    payment = factory.LazyAttribute(lambda a: PaymentFactory(institution=a.invoice.institution, amount=a.amount))
    made_by = factory.LazyAttribute(lambda a: a.payment.entered_by)


class TierAmountFactory(DjangoModelFactory):
    """The annual fee of a tier in a schedule."""

    class Meta:
        model = TierAmount

    schedule = factory.SubFactory(ScheduleFactory)
    tier = factory.SubFactory(TierFactory)
    amount = Decimal("2000.00")
