"""Factories of fees."""

import datetime as dt
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from fees.models import FeeSchedule, Payment, TierAmount
from tests.factories.members import InstitutionFactory, StaffFactory, TierFactory


class ScheduleFactory(DjangoModelFactory):
    """The notice's amounts: entry fee 3000, ordinary tier 2000."""

    class Meta:
        model = FeeSchedule
        django_get_or_create = ("effective_from_year",)
        skip_postgeneration_save = True

    effective_from_year = 2018
    entry_fee = Decimal("3000.00")

    @factory.post_generation
    def ordinary(self, create, extracted, **kwargs):
        """The ordinary tier's amount."""
        TierAmount.objects.get_or_create(schedule=self, tier=TierFactory(), defaults={"amount": extracted or Decimal("2000.00")})


class PaymentFactory(DjangoModelFactory):
    """Money that arrived and pays nothing yet."""

    class Meta:
        model = Payment

    institution = factory.SubFactory(InstitutionFactory)
    received_on = dt.date(2026, 3, 10)
    amount = Decimal("5000.00")
    payer_name = factory.LazyAttribute(lambda p: p.institution.name)
    entered_by = factory.SubFactory(StaffFactory)
