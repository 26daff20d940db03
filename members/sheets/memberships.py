"""Memberships and people, as the secretariat's old tables have them."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.common.audit import record
from alliance.common.clock import today
from alliance.common.models.sheets import RowOutcome
from alliance.common.sheets.kinds import Column, Recorder, Row, SheetKind, Verdict, register_sheet
from alliance.common.sheets.services import as_date
from members.enums import EndedHow, MembershipStatus, PersonRole
from members.models import Affiliation, Membership, MembershipTier, Person, Tier
from members.services.accounts import ensure_user
from members.services.joining import issue_certificate
from members.sheets.institutions import find_institution

FOUNDED = 2018


def day_text(day: dt.date | None) -> str:
    """2025-03-05, or nothing."""
    return day.isoformat() if day else ""


@register_sheet
class Memberships(SheetKind):
    """Who has been a member since when; also those who have left."""

    code: ClassVar[str] = "memberships"
    label = gettext_lazy("Memberships")
    permission: ClassVar[str] = "members.import_sheets"
    columns = (
        Column("institution", gettext_lazy("institution"), ("学校名称", "学校", "单位名称", "单位", "成员单位", "高校"), required=True),
        Column("number", gettext_lazy("member number"), ("编号", "会员编号", "成员单位编号"), required=True),
        Column("joined_on", gettext_lazy("joined"), ("入盟时间", "入盟日期", "加入时间", "加入日期"), required=True),
        Column("tier", gettext_lazy("tier"), ("类别", "会员类别", "级别", "单位类别")),
        Column("ended_on", gettext_lazy("ended"), ("退出日期", "退出时间")),
        Column("ended_how", gettext_lazy("reason it ended"), ("退出原因",)),
    )

    def key(self, row: Row) -> str:
        """The number."""
        return row.get("number", "")

    def begin(self) -> None:
        """The memberships with a number, and the tiers."""
        rows = Membership.objects.filter(number__isnull=False).select_related("institution").prefetch_related("tiers__tier")
        self.known = {membership.number: membership for membership in rows}
        self.open = {m.institution_id: m for m in self.known.values() if m.status != MembershipStatus.ENDED}
        self.tiers = {name: tier for tier in Tier.objects.all() for name in (tier.name, tier.code)}

    def judge(self, row: Row) -> Verdict:
        """By the number; a known number must belong to the same institution."""
        name, number = row.get("institution", ""), row.get("number", "")
        institution, why = find_institution(name)
        if institution is None:
            return Verdict(RowOutcome.ERROR, name, why)
        known = self.known.get(number)
        problem = self._problem(row, known, institution.pk)
        if problem:
            return Verdict(RowOutcome.ERROR, name, problem)
        wanted = {"institution": institution.name, "number": number, "joined_on": day_text(as_date(row["joined_on"]))}
        wanted |= {"ended_on": day_text(as_date(row.get("ended_on", ""))), "ended_how": row.get("ended_how", "")}
        if row.get("tier"):
            wanted["tier"] = self.tiers[row["tier"]].name
        return self.compare(name, None if known is None else self._row(known), wanted)

    def _problem(self, row: Row, known: Membership | None, institution_id: int) -> str:
        number, joined, ended = row.get("number", ""), as_date(row.get("joined_on", "")), as_date(row.get("ended_on", ""))
        if not number or len(number) > 20:
            return _("The member number is missing or too long.")
        if joined is None or joined > today():
            return _("“%(text)s” is no date in the past. Write it as 2025-03-05.") % {"text": row.get("joined_on", "")}
        if row.get("ended_on") and (ended is None or ended < joined):
            return _("“%(text)s” is no date after joining. Write it as 2025-03-05.") % {"text": row["ended_on"]}
        if len(row.get("ended_how", "")) > 200:
            return _("A cell is too long.")
        if row.get("tier") and row["tier"] not in self.tiers:
            return _("“%(text)s” is none of: %(names)s.") % {"text": row["tier"], "names": "、".join(sorted({t.name for t in self.tiers.values()}))}
        if known is not None and known.institution_id != institution_id:
            return _("The number belongs to %(name)s.") % {"name": known.institution.name}
        if known is not None and known.ended_on and not ended:
            return ""
        if known is None and ended is None and institution_id in self.open:
            return _("The institution has the open membership %(number)s.") % {"number": self.open[institution_id].number}
        return ""

    def write(self, row: Row, recorder: Recorder, actor: Any) -> None:
        """Add with tier and certificate, or set dates."""
        institution, _why = find_institution(row["institution"])
        joined, ended = as_date(row["joined_on"]), as_date(row.get("ended_on", ""))
        tier = Tier.objects.filter(models.Q(name=row.get("tier") or "ordinary") | models.Q(code=row.get("tier") or "ordinary")).first()
        known = Membership.objects.filter(number=row["number"]).first()
        if known is not None:
            self._change(known, row, tier, joined, ended, recorder)
            return
        end = {"ended_on": ended, "ended_kind": EndedHow.WITHDRAWN, "ended_how": row.get("ended_how", "")} if ended else {}
        status = MembershipStatus.ENDED if ended else MembershipStatus.ACTIVE
        made = Membership.objects.create(institution=institution, number=row["number"], status=status, joined_on=joined, **end)
        recorder.made(made)
        if tier is not None:
            MembershipTier.objects.create(membership=made, tier=tier, from_year=joined.year if joined else FOUNDED)
        record("membership.imported", made, made.institution, actor=actor, number=made.number)
        if not ended:
            issue_certificate(made, actor=actor)

    def _change(self, known: Membership, row: Row, tier: Tier | None, joined: dt.date | None, ended: dt.date | None, recorder: Recorder) -> None:
        values: dict[str, Any] = {"joined_on": joined}
        if ended:
            values |= {"ended_on": ended}
            if known.status != MembershipStatus.ENDED:
                values |= {"status": MembershipStatus.ENDED, "ended_kind": EndedHow.WITHDRAWN}
        if row.get("ended_how"):
            values["ended_how"] = row["ended_how"]
        recorder.change(known, **values)
        if row.get("tier") and tier is not None and known.tier_in(today().year) != tier:
            existing = known.tiers.filter(from_year=today().year).first()
            if existing is not None:
                recorder.change(existing, tier=tier)
            else:
                recorder.made(MembershipTier.objects.create(membership=known, tier=tier, from_year=today().year))

    def undo_created(self, obj: models.Model, actor: Any) -> None:
        """A membership is never deleted; one that only an import made, and nothing was built on, is the exception."""
        if isinstance(obj, Membership):
            obj.tiers.all().delete()
            record("membership.import_undone", obj.institution, actor=actor, number=obj.number)
            with pgtrigger.ignore("members.Membership:never_deleted"):
                obj.delete()
        else:
            obj.delete()

    def export(self) -> Iterable[Row]:
        """All that have a number."""
        rows = Membership.objects.filter(number__isnull=False).select_related("institution").prefetch_related("tiers__tier")
        return [self._row(membership) for membership in rows]

    @staticmethod
    def _row(membership: Membership) -> Row:
        tier = membership.tier_in(max(today().year, FOUNDED))
        return {
            "institution": membership.institution.name, "number": membership.number or "", "joined_on": day_text(membership.joined_on),
            "tier": tier.name if tier else "", "ended_on": day_text(membership.ended_on), "ended_how": membership.ended_how,
        }  # fmt: skip


@register_sheet
class People(SheetKind):
    """Who is what at which unit."""

    code: ClassVar[str] = "people"
    label = gettext_lazy("People")
    permission: ClassVar[str] = "members.import_sheets"
    columns = (
        Column("institution", gettext_lazy("institution"), ("学校名称", "学校", "单位名称", "单位", "成员单位", "高校"), required=True),
        Column("name", gettext_lazy("Name"), ("姓名", "联系人", "联系人姓名"), required=True),
        Column("role", gettext_lazy("role"), ("角色", "身份", "类型")),
        Column("department", gettext_lazy("department"), ("部门", "所在部门")),
        Column("post", gettext_lazy("post"), ("职务", "职位")),
        Column("mobile", gettext_lazy("mobile"), ("手机", "手机号", "电话", "联系电话")),
        Column("email", gettext_lazy("e-mail"), ("邮箱", "电子邮箱", "邮件")),
        Column("since", gettext_lazy("since"), ("起始日期", "任职时间")),
        Column("until", gettext_lazy("until"), ("结束日期",)),
    )
    FIELDS = ("department", "post", "mobile", "email")
    LENGTHS: ClassVar[dict[str, int]] = {"name": 80, "department": 120, "post": 80, "mobile": 30, "email": 254}

    def key(self, row: Row) -> str:
        """Unit, name, address and role: two people of one name are told apart by their addresses."""
        return "|".join(row.get(name, "") for name in ("institution", "name", "email", "role", "since"))

    def begin(self) -> None:
        """Nothing: people are looked up one by one, since names repeat."""

    def judge(self, row: Row) -> Verdict:
        """By unit, name and role."""
        label = f"{row.get('institution', '')} {row.get('name', '')}"
        institution, why = find_institution(row.get("institution", ""))
        if institution is None:
            return Verdict(RowOutcome.ERROR, label, why)
        if problem := self._problem(row):
            return Verdict(RowOutcome.ERROR, label, problem)
        held = self._held(row, institution.pk)
        wanted = {"institution": institution.name, "name": row["name"], "role": str(PersonRole(self._role(row)).label)}
        wanted |= {name: row.get(name, "") for name in self.FIELDS}
        wanted["email"] = wanted["email"].lower()
        wanted |= {name: day_text(as_date(row.get(name, ""))) for name in ("since", "until")}
        return self.compare(label, None if held is None else self._row(held), wanted)

    def _problem(self, row: Row) -> str:
        if not row.get("name"):
            return _("The name is missing.")
        if any(len(row.get(name, "")) > limit for name, limit in self.LENGTHS.items()):
            return _("A cell is too long.")
        if self._role(row) is None:
            return _("“%(text)s” is none of: %(names)s.") % {"text": row["role"], "names": "、".join(str(r.label) for r in PersonRole)}
        if row.get("email") and ("@" not in row["email"] or " " in row["email"]):
            return _("“%(text)s” is no e-mail address.") % {"text": row["email"]}
        for name in ("since", "until"):
            if row.get(name) and as_date(row[name]) is None:
                return _("“%(text)s” is no date. Write it as 2025-03-05.") % {"text": row[name]}
        since, until = as_date(row.get("since", "")), as_date(row.get("until", ""))
        if until and until < (since or today()) and (since is not None or until < today()) and since is not None:
            return _("“%(text)s” is no date after the beginning.") % {"text": row["until"]}
        return ""

    def write(self, row: Row, recorder: Recorder, actor: Any) -> None:
        """Add the person or only the role, or change contact data."""
        institution, _why = find_institution(row["institution"])
        assert institution is not None
        values = {name: row[name].lower() if name == "email" else row[name] for name in self.FIELDS if row.get(name)}
        since, until = as_date(row.get("since", "")), as_date(row.get("until", ""))
        held = self._held(row, institution.pk)
        if held is not None:
            recorder.change(held.person, **values)
            recorder.change(held, **({"since": since} if since else {}), **({"until": until} if until else {}))
            return
        person = (
            Person.objects.filter(affiliations__institution=institution, name=row["name"])
            .filter(models.Q(email="") | models.Q(email=values.get("email", "")))
            .first()
        )
        if person is None:
            person = Person.objects.create(name=row["name"], **values)
            recorder.made(person)
        else:
            recorder.change(person, **values)
        role = self._role(row)
        start = since or min(today(), until or today())
        recorder.made(Affiliation.objects.create(person=person, institution=institution, role=role, since=start, until=until))
        if role == PersonRole.LIAISON and until is None and person.email and person.user_id is None:
            user = ensure_user(person.email, name=person.name)
            if not Person.objects.filter(user=user).exists():
                recorder.change(person, user=user)

    def _held(self, row: Row, institution_id: int) -> Affiliation | None:
        rows = Affiliation.objects.filter(institution_id=institution_id, person__name=row["name"], role=self._role(row)).select_related("person", "institution")
        if row.get("email"):
            rows = rows.filter(models.Q(person__email=row["email"].lower()) | models.Q(person__email=""))
        since = as_date(row.get("since", ""))
        exact = rows.filter(since=since).first() if since else None
        return exact or rows.filter(until=None).first()

    @staticmethod
    def _role(row: Row) -> str | None:
        text = row.get("role", "")
        if not text:
            return PersonRole.DELEGATE
        named = {"联系人": PersonRole.LIAISON, "联络人": PersonRole.LIAISON, "主任": PersonRole.HEAD, "负责人": PersonRole.HEAD, "财务": PersonRole.FINANCE}
        return next((r.value for r in PersonRole if text in {r.value, str(r.label)}), named.get(text))

    def export(self) -> Iterable[Row]:
        """Every role, also past ones."""
        return [
            self._row(a) for a in Affiliation.objects.select_related("person", "institution").order_by("institution__name", "person__name", "role", "since")
        ]

    @staticmethod
    def _row(held: Affiliation) -> Row:
        person = held.person
        return {
            "institution": held.institution.name, "name": person.name, "role": str(PersonRole(held.role).label), "department": person.department,
            "post": person.post, "mobile": person.mobile, "email": person.email, "since": day_text(held.since), "until": day_text(held.until),
        }  # fmt: skip
