"""Past meetings and who was there, from the old lists."""

import datetime as dt
import secrets
from collections.abc import Iterable
from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.common.clock import BEIJING, local_date, today
from alliance.common.models.sheets import RowOutcome
from alliance.common.sheets.kinds import Column, Recorder, Row, SheetKind, Verdict, register_sheet
from alliance.common.sheets.services import as_date
from alliance.common.transitions import move
from meetings.enums import Audience, MeetingKind, MeetingStatus, RegistrationStatus
from meetings.models import Meeting, Offer, Registration
from members.enums import PersonRole
from members.models import Affiliation, Institution, Person
from members.sheets.institutions import find_institution

NAMED = {
    "季度会议": MeetingKind.QUARTERLY,
    "项目季度会议": MeetingKind.QUARTERLY,
    "理事会议": MeetingKind.COUNCIL,
    "培训": MeetingKind.TRAINING,
    "研讨会": MeetingKind.SEMINAR,
}
OFFER = "往期会议"
LARGE = 10_000


def kind_of(text: str) -> str | None:
    """The kind that a cell names, by our label or as the old lists say it; None for anything else."""
    labels = {str(label): value for value, label in MeetingKind.choices}
    return labels.get(text) or NAMED.get(text) or (text if text in MeetingKind.values else None)


@register_sheet
class PastMeetings(SheetKind):
    """A row is one participant of one past meeting; a meeting without participants is a row with an empty name."""

    code: ClassVar[str] = "meetings"
    label = gettext_lazy("Past meetings")
    permission: ClassVar[str] = "members.import_sheets"
    columns = (
        Column("title", gettext_lazy("title"), ("会议名称", "会议", "名称"), required=True),
        Column("day", gettext_lazy("date"), ("会议日期", "日期", "时间", "会议时间"), required=True),
        Column("kind", gettext_lazy("kind"), ("会议类型", "类型")),
        Column("place", gettext_lazy("place"), ("会议地点", "地点")),
        Column("institution", gettext_lazy("institution"), ("学校名称", "学校", "单位名称", "单位", "成员单位")),
        Column("person", gettext_lazy("participant"), ("姓名", "参会人", "参会人员")),
    )

    def key(self, row: Row) -> str:
        """Meeting and person."""
        return "|".join(row.get(name, "") for name in ("title", "day", "institution", "person"))

    def begin(self) -> None:
        """Nothing."""

    def judge(self, row: Row) -> Verdict:
        """The day lies in the past; the institution, if named, must be known."""
        label = " ".join(row.get(name, "") for name in ("title", "institution", "person")).strip()
        day = as_date(row.get("day", ""))
        if not row.get("title") or len(row["title"]) > 160 or len(row.get("place", "")) > 160 or len(row.get("person", "")) > 80:
            return Verdict(RowOutcome.ERROR, label, _("The title is missing, or a cell is too long."))
        if day is None or day >= today() or day.year < 2000:
            return Verdict(RowOutcome.ERROR, label, _("“%(text)s” is no date in the past. Write it as 2025-03-05.") % {"text": row.get("day", "")})
        if row.get("kind") and kind_of(row["kind"]) is None:
            return Verdict(
                RowOutcome.ERROR, label, _("“%(text)s” is none of: %(names)s.") % {"text": row["kind"], "names": "、".join(str(k.label) for k in MeetingKind)}
            )
        if bool(row.get("person")) != bool(row.get("institution")):
            return Verdict(RowOutcome.ERROR, label, _("A participant needs a name and an institution."))
        meeting = self._meeting(row, day)
        if not row.get("person"):
            return Verdict(RowOutcome.SAME if meeting else RowOutcome.NEW, label)
        institution, why = find_institution(row["institution"])
        if institution is None:
            return Verdict(RowOutcome.ERROR, label, why)
        there = meeting is not None and meeting.registrations.filter(institution=institution, person__name=row["person"]).exists()
        return Verdict(RowOutcome.SAME if there else RowOutcome.NEW, label)

    def write(self, row: Row, recorder: Recorder, actor: Any) -> None:
        """The meeting as held, the person as attended."""
        day = as_date(row["day"])
        assert day is not None
        meeting = self._meeting(row, day)
        if meeting is None:
            begin = dt.datetime.combine(day, dt.time(9), BEIJING)
            slug = f"past-{day:%Y%m%d}-{secrets.token_hex(3)}"
            meeting = Meeting.objects.create(
                kind=kind_of(row.get("kind", "")) or MeetingKind.QUARTERLY, slug=slug, title=row["title"], starts_at=begin, ends_at=begin + dt.timedelta(hours=8),
                place=row.get("place", ""), capacity=LARGE, members_from=begin - dt.timedelta(days=30), register_until=begin,
            )  # fmt: skip
            recorder.made(meeting)
            Offer.objects.create(meeting=meeting, name=OFFER, audience=Audience.MEMBERS, needs_good_standing=False)
            move(meeting, to=MeetingStatus.PUBLISHED)
            move(meeting, to=MeetingStatus.HELD)
        if row.get("person"):
            self._seat(row, meeting, day, recorder, actor)

    def _seat(self, row: Row, meeting: Meeting, day: dt.date, recorder: Recorder, actor: Any) -> None:
        institution, _why = find_institution(row["institution"])
        assert institution is not None
        person = self._person(row["person"], institution, day, recorder)
        offer, _made = Offer.objects.get_or_create(meeting=meeting, name=OFFER, defaults={"audience": Audience.MEMBERS, "needs_good_standing": False})
        registration = Registration.objects.create(
            meeting=meeting, institution=institution, person=person, offer=offer, status=RegistrationStatus.CONFIRMED,
            ticket=secrets.token_urlsafe(12), registered_by=actor,
        )  # fmt: skip
        move(registration, to=RegistrationStatus.ATTENDED)
        recorder.made(registration)

    @staticmethod
    def _person(name: str, institution: Institution, day: dt.date, recorder: Recorder) -> Person:
        known = Person.objects.filter(affiliations__institution=institution, name=name).first()
        if known is not None:
            return known
        person = Person.objects.create(name=name)
        recorder.made(person)
        recorder.made(Affiliation.objects.create(person=person, institution=institution, role=PersonRole.DELEGATE, since=day, until=day))
        return person

    @staticmethod
    def _meeting(row: Row, day: dt.date) -> Meeting | None:
        begin = dt.datetime.combine(day, dt.time.min, BEIJING)
        return Meeting.objects.filter(title=row["title"], starts_at__gte=begin, starts_at__lt=begin + dt.timedelta(days=1)).first()

    def undo_created(self, obj: models.Model, actor: Any) -> None:
        """A registration is never deleted; one that only an import made is the exception."""
        with pgtrigger.ignore("meetings.Registration:never_deleted"):
            obj.delete()

    def export(self) -> Iterable[Row]:
        """Held meetings with who attended."""
        for meeting in Meeting.objects.filter(status=MeetingStatus.HELD).order_by("starts_at"):
            row = {
                "title": meeting.title,
                "day": local_date(meeting.starts_at).isoformat(),
                "kind": str(MeetingKind(meeting.kind).label),
                "place": meeting.place,
            }
            there = meeting.registrations.filter(status=RegistrationStatus.ATTENDED).select_related("institution", "person")
            rows = [row | {"institution": r.institution.name, "person": r.person.name} for r in there]
            yield from rows or [row | {"institution": "", "person": ""}]
