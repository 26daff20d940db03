"""Factories of meetings."""

import datetime as dt
import secrets

import factory
from factory.django import DjangoModelFactory

from alliance.common.clock import now
from alliance.common.files import PDF, store
from meetings.enums import MeetingStatus, RegistrationStatus
from meetings.models import (
    AllowanceRule,
    CalendarFeed,
    FeedbackQuestion,
    Material,
    Meeting,
    MeetingQuestion,
    MeetingTemplate,
    Nomination,
    Offer,
    PlaceRequest,
    Project,
    ProjectReport,
    Registration,
    Session,
    UnitLink,
)
from tests.factories.common import pdf
from tests.factories.members import InstitutionFactory, PersonFactory, StaffFactory

BEGIN = dt.datetime(2100, 3, 20, 1, 0, tzinfo=dt.UTC)


class AllowanceRuleFactory(DjangoModelFactory):
    """Three meetings, three people (R9)."""

    class Meta:
        model = AllowanceRule
        django_get_or_create = ("from_year",)

    from_year = 2018


class MeetingFactory(DjangoModelFactory):
    """A published quarterly meeting far in the future with the members' free places."""

    class Meta:
        model = Meeting
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"meeting-{n}")
    title = factory.Sequence(lambda n: f"第{n + 1}次季度项目会议")
    starts_at = BEGIN
    ends_at = factory.LazyAttribute(lambda m: m.starts_at + dt.timedelta(hours=8))
    place = "苏州"
    capacity = 100
    members_from = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    public_from = None
    accept_hours = None
    register_until = factory.LazyAttribute(lambda m: m.starts_at - dt.timedelta(days=5))

    @classmethod
    def _create(cls, model_class, *args, status=MeetingStatus.PUBLISHED, seats=3, **kwargs):
        meeting = super()._create(model_class, *args, **kwargs)
        OfferFactory(meeting=meeting, seats_per_unit=seats)
        if status != MeetingStatus.DRAFT:
            meeting.status = MeetingStatus.PUBLISHED
            meeting.save(update_fields=["status"])
        if status not in {MeetingStatus.DRAFT, MeetingStatus.PUBLISHED}:
            meeting.status = status
            meeting.save(update_fields=["status"])
        return meeting


class OfferFactory(DjangoModelFactory):
    """The members' free places."""

    class Meta:
        model = Offer

    meeting = factory.SubFactory(MeetingFactory)
    name = "成员单位免费名额"
    seats_per_unit = 3
    draws_on_allowance = True


class RegistrationFactory(DjangoModelFactory):
    """A confirmed place."""

    class Meta:
        model = Registration

    meeting = factory.SubFactory(MeetingFactory)
    institution = factory.SubFactory(InstitutionFactory)
    person = factory.SubFactory(PersonFactory)
    offer = factory.LazyAttribute(lambda r: r.meeting.offers.first())
    status = RegistrationStatus.CONFIRMED
    ticket = factory.LazyFunction(lambda: secrets.token_urlsafe(12))
    registered_by = factory.SubFactory(StaffFactory)
    queued_at = factory.LazyAttribute(lambda r: now() if r.status == RegistrationStatus.WAITLISTED else None)


class SessionFactory(DjangoModelFactory):
    """An item of the agenda, the meeting's first hour."""

    class Meta:
        model = Session

    meeting = factory.SubFactory(MeetingFactory)
    title = factory.Sequence(lambda n: f"分会场{n + 1}")
    starts_at = factory.LazyAttribute(lambda s: s.meeting.starts_at)
    ends_at = factory.LazyAttribute(lambda s: s.starts_at + dt.timedelta(hours=1))
    room = "B 楼 301"


class NominationFactory(DjangoModelFactory):
    """A nomination for an offer that takes three of a unit."""

    class Meta:
        model = Nomination

    offer = factory.SubFactory(OfferFactory, audience="nominees", nominations_per_unit=3, draws_on_allowance=False, seats_per_unit=None)
    institution = factory.SubFactory(InstitutionFactory)
    person = factory.SubFactory(PersonFactory)
    nominated_by = factory.SubFactory(StaffFactory)


class UnitLinkFactory(DjangoModelFactory):
    """A unit's open link."""

    class Meta:
        model = UnitLink

    meeting = factory.SubFactory(MeetingFactory)
    institution = factory.SubFactory(InstitutionFactory)
    token = factory.LazyFunction(lambda: secrets.token_urlsafe(18))
    made_by = factory.SubFactory(StaffFactory)


class PlaceRequestFactory(DjangoModelFactory):
    """Somebody asked on the public page and has not proved the address."""

    class Meta:
        model = PlaceRequest

    meeting = factory.SubFactory(MeetingFactory)
    institution_typed = "某某大学"
    name = factory.Sequence(lambda n: f"访客{n}")
    email = factory.Sequence(lambda n: f"guest{n}@example.edu.cn")
    token = factory.LazyFunction(lambda: secrets.token_urlsafe(18))
    status = "unproved"


class QuestionFactory(DjangoModelFactory):
    """A question about diet."""

    class Meta:
        model = MeetingQuestion

    meeting = factory.SubFactory(MeetingFactory)
    topic = "diet"
    text = "饮食要求"
    kind = "choice"
    choices = "无\n素食\n清真"


class TemplateFactory(DjangoModelFactory):
    """A pattern of quarterly meetings."""

    class Meta:
        model = MeetingTemplate

    name = factory.Sequence(lambda n: f"模板{n}")
    title = "{year}年第{quarter}季度项目会议"


class MaterialFactory(DjangoModelFactory):
    """A paper that everybody may read."""

    class Meta:
        model = Material

    meeting = factory.SubFactory(MeetingFactory)
    title = factory.Sequence(lambda n: f"材料{n}")
    file = factory.LazyAttribute(lambda m: store(pdf(), name="材料.pdf", owner=m.meeting, purpose="material", allowed=PDF))
    readers = "everybody"
    visible_from = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


class ProjectFactory(DjangoModelFactory):
    """A project that everybody may know of."""

    class Meta:
        model = Project

    name = factory.Sequence(lambda n: f"项目{n}")
    readers = "everybody"


class ReportFactory(DjangoModelFactory):
    """A report of a quarter with a file."""

    class Meta:
        model = ProjectReport

    project = factory.SubFactory(ProjectFactory)
    year = 2100
    quarter = 1
    meeting = factory.SubFactory(MeetingFactory)
    summary = "按计划推进。"
    file = factory.LazyAttribute(lambda r: store(pdf(), name="汇报.pdf", owner=r.project, purpose="report", allowed=PDF))
    readers = "everybody"
    visible_from = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    handed_in_by = factory.SubFactory(StaffFactory)


class FeedFactory(DjangoModelFactory):
    """The address of a unit's calendar."""

    class Meta:
        model = CalendarFeed

    token = factory.LazyFunction(lambda: secrets.token_urlsafe(24))
    institution = factory.SubFactory(InstitutionFactory)


class FeedbackQuestionFactory(DjangoModelFactory):
    """A question of all meetings, answered from 1 to 5."""

    class Meta:
        model = FeedbackQuestion

    text = factory.Sequence(lambda n: f"问题{n}")
