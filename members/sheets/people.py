"""People and what they are at which unit, as the secretariat's old tables have them."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.common.clock import today
from alliance.common.exceptions import DomainError
from alliance.common.models.sheets import RowOutcome
from alliance.common.sheets.kinds import Column, Recorder, Row, SheetKind, Verdict, register_sheet
from alliance.common.sheets.services import as_date
from members.enums import PersonRole
from members.models import Affiliation, Person
from members.selectors.institutions import find_institution
from members.services.accounts import ensure_user
from members.sheets.cells import choice_of, day_text


class Unclear(DomainError):
    """Several people could be meant, and nobody is picked silently."""

    message = gettext_lazy("Several people of this unit have this name. Write the e-mail address of the one who is meant.")


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
        if is_roleless(row):
            return self._judge_roleless(row, label)
        institution, why = find_institution(row.get("institution", ""))
        if institution is None:
            return Verdict(RowOutcome.ERROR, label, why)
        if problem := self._problem(row):
            return Verdict(RowOutcome.ERROR, label, problem)
        try:
            held = self._held(row, institution.pk)
            if held is None:
                self._person(row, institution.pk)
        except Unclear as unclear:
            return Verdict(RowOutcome.ERROR, label, str(unclear))
        wanted = {"institution": institution.name, "name": row["name"], "role": str(PersonRole(self._role(row)).label)}
        wanted |= {name: row.get(name, "") for name in self.FIELDS}
        wanted["email"] = wanted["email"].lower()
        wanted |= {name: day_text(as_date(row.get(name, ""))) for name in ("since", "until")}
        return self.compare(label, None if held is None else self._row(held), wanted)

    def _judge_roleless(self, row: Row, label: str) -> Verdict:
        """Somebody who is nothing anywhere: known by name and address."""
        if problem := self._problem(row):
            return Verdict(RowOutcome.ERROR, label, problem)
        if row.get("since") or row.get("until"):
            return Verdict(RowOutcome.ERROR, label, _("A time is given, but no institution and no role."))
        try:
            person = self._roleless(row)
        except Unclear as unclear:
            return Verdict(RowOutcome.ERROR, label, str(unclear))
        wanted = {"name": row["name"]} | {name: row.get(name, "") for name in self.FIELDS}
        wanted["email"] = wanted["email"].lower()
        return self.compare(label, None if person is None else self._person_row(person), wanted)

    def _roleless(self, row: Row) -> Person | None:
        """The one person without any role of this name and address; several are told apart by all their cells, or not at all. Raises Unclear."""
        people = Person.objects.filter(affiliations=None, merged_into=None, erased_at=None, name=row["name"], email=row.get("email", "").lower())
        found = list(people.order_by("pk"))
        if len(found) > 1:
            found = [person for person in found if all(getattr(person, name) == row.get(name, "") for name in ("department", "post", "mobile"))]
            if len(found) != 1:
                raise Unclear
        return found[0] if found else None

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
        if is_roleless(row):
            self._write_roleless(row, recorder)
            return
        institution, _why = find_institution(row["institution"])
        assert institution is not None
        values = {name: row[name].lower() if name == "email" else row[name] for name in self.FIELDS if row.get(name)}
        since, until = as_date(row.get("since", "")), as_date(row.get("until", ""))
        held = self._held(row, institution.pk)
        if held is not None:
            recorder.change(held.person, **values)
            recorder.change(held, **({"since": since} if since else {}), **({"until": until} if until else {}))
            return
        person = self._person(row, institution.pk)
        if person is None:
            person = Person.objects.create(name=row["name"], **values)
            recorder.made(person)
        else:
            recorder.change(person, **values)
        role = self._role(row)
        start = since or min(today(), until or today())
        recorder.made(Affiliation.objects.create(person=person, institution=institution, role=role, since=start, until=until))
        if role in {PersonRole.LIAISON, PersonRole.VOTER} and until is None and person.email and person.user_id is None:
            user = ensure_user(person.email, name=person.name)
            if not Person.objects.filter(user=user).exists():
                recorder.change(person, user=user)

    def _write_roleless(self, row: Row, recorder: Recorder) -> None:
        values = {name: row[name].lower() if name == "email" else row[name] for name in self.FIELDS if row.get(name)}
        person = self._roleless(row)
        if person is None:
            recorder.made(Person.objects.create(name=row["name"], **values))
        else:
            recorder.change(person, **values)

    def _held(self, row: Row, institution_id: int) -> Affiliation | None:
        """The role this row is about; None for a new one. Raises Unclear when several people could be meant."""
        rows = Affiliation.objects.filter(institution_id=institution_id, person__name=row["name"], role=self._role(row)).select_related("person", "institution")
        address = row.get("email", "").lower()
        if address:
            rows = rows.filter(person__email__in=(address, ""))
        found, since = list(rows.order_by("pk")), as_date(row.get("since", ""))
        pool = [held for held in found if since and held.since == since] or [held for held in found if held.until is None]
        pool = [held for held in pool if address and held.person.email == address] or pool
        if len({held.person_id for held in pool}) > 1:
            # An export tells them apart by all its cells; what a person writes seldom does.
            pool = [held for held in pool if since and all(self._row(held)[name] == row.get(name, "") for name in (*self.FIELDS, "since", "until"))]
            if len(pool) != 1:
                raise Unclear
        return pool[0] if pool else None

    @staticmethod
    def _person(row: Row, institution_id: int) -> Person | None:
        """Whoever of the unit gets the role: the same address, else the same name without one; None for somebody new. Raises Unclear."""
        people = Person.objects.filter(affiliations__institution=institution_id, name=row["name"], merged_into=None, erased_at=None).distinct()
        address = row.get("email", "").lower()
        found = list(people.filter(email=address)[:2]) or list(people.filter(email="")[:2])
        if len(found) > 1:
            raise Unclear
        return found[0] if found else None

    @staticmethod
    def _role(row: Row) -> str | None:
        text = row.get("role", "")
        if not text:
            return PersonRole.DELEGATE
        named: dict[str, str] = {
            "联系人": PersonRole.LIAISON,
            "联络人": PersonRole.LIAISON,
            "主任": PersonRole.HEAD,
            "负责人": PersonRole.HEAD,
            "财务": PersonRole.FINANCE,
        }
        return choice_of(text, PersonRole) or named.get(text)

    def export(self) -> Iterable[Row]:
        """Every role, also past ones; then people who never had one."""
        held = Affiliation.objects.filter(person__erased_at=None).select_related("person", "institution")
        roleless = Person.objects.filter(affiliations=None, merged_into=None, erased_at=None)
        rows = [self._row(affiliation) for affiliation in held.order_by("institution__name", "person__name", "role", "since")]
        return rows + [self._person_row(person) for person in roleless]

    @staticmethod
    def _person_row(person: Person) -> Row:
        contact = {"department": person.department, "post": person.post, "mobile": person.mobile, "email": person.email}
        return {"institution": "", "name": person.name, "role": "", **contact, "since": "", "until": ""}

    @staticmethod
    def _row(held: Affiliation) -> Row:
        person = held.person
        return {
            "institution": held.institution.name, "name": person.name, "role": str(PersonRole(held.role).label), "department": person.department,
            "post": person.post, "mobile": person.mobile, "email": person.email, "since": day_text(held.since), "until": day_text(held.until),
        }  # fmt: skip


def is_roleless(row: Row) -> bool:
    """A row about somebody who is nothing anywhere."""
    return not row.get("institution") and not row.get("role")
