"""Factories of the council."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from council.models import Ballot, Body, Motion, Procedure, Seat
from tests.factories.members import ApplicationFactory, InstitutionFactory, PersonFactory, StaffFactory


class BodyFactory(DjangoModelFactory):
    """The council."""

    class Meta:
        model = Body
        django_get_or_create = ("code",)

    code = "council"
    name = "理事会"


class ProcedureFactory(DjangoModelFactory):
    """The sample rules: two thirds take part, more than half of them agree."""

    class Meta:
        model = Procedure
        django_get_or_create = ("body", "effective_from")

    body = factory.SubFactory(BodyFactory)
    effective_from = dt.date(2018, 10, 1)


class SeatFactory(DjangoModelFactory):
    """A running seat; `person__with_user=True` lets its holder sign in."""

    class Meta:
        model = Seat

    body = factory.SubFactory(BodyFactory)
    institution = factory.SubFactory(InstitutionFactory)
    person = factory.SubFactory(PersonFactory)
    term_from = dt.date(2024, 1, 1)


class BallotFactory(DjangoModelFactory):
    """A draft that closes far in the future."""

    class Meta:
        model = Ballot

    body = factory.SubFactory(BodyFactory)
    title = factory.Sequence(lambda n: f"第{n + 1}次通讯表决")
    closes_at = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
    drafted_by = factory.SubFactory(StaffFactory)


class MotionFactory(DjangoModelFactory):
    """A motion to admit a screened university."""

    class Meta:
        model = Motion

    ballot = factory.SubFactory(BallotFactory)
    position = factory.Sequence(lambda n: n + 1)
    application = factory.SubFactory(ApplicationFactory, status="screened")
    title = factory.LazyAttribute(lambda m: f"接收{m.application.institution_name}加入联盟")
