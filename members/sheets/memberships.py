"""Memberships, as the secretariat's old tables have them: also tiers of past years, times of rest, and how they ended."""

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
from alliance.common.sheets.text import cell_text
from members.enums import EndedHow, MembershipStatus
from members.models import Membership, MembershipTier, Suspension, Tier
from members.selectors.institutions import find_institution
from members.services.joining import issue_certificate
from members.sheets.cells import CellUnclear, Rest, choice_of, day_text, overlap, rests_of, rests_text, tiers_of, tiers_text

ORDINARY = "ordinary"


@register_sheet
class Memberships(SheetKind):
    """Who has been a member since when; also those who have left."""

    code: ClassVar[str] = "memberships"
    label = gettext_lazy("Memberships")
    permission: ClassVar[str] = "members.import_sheets"
    columns = (
        Column("institution", gettext_lazy("institution"), ("学校名称", "学校", "单位名称", "单位", "成员单位", "高校"), required=True),
        Column("number", gettext_lazy("member number"), ("编号", "会员编号", "成员单位编号"), required=True),
        Column("approved_on", gettext_lazy("approved"), ("批准日期", "理事会通过日期")),
        Column("joined_on", gettext_lazy("joined"), ("入盟时间", "入盟日期", "加入时间", "加入日期"), required=True),
        Column("tier", gettext_lazy("tier"), ("类别", "会员类别", "级别", "单位类别")),
        Column("tiers", gettext_lazy("tiers by year"), ("历年类别",)),
        Column("suspensions", gettext_lazy("times of suspension"), ("暂停记录", "暂停")),
        Column("ended_on", gettext_lazy("ended"), ("退出日期", "退出时间")),
        Column("ended_kind", gettext_lazy("how it ended"), ("退出方式",)),
        Column("ended_how", gettext_lazy("reason it ended"), ("退出原因",)),
    )

    def key(self, row: Row) -> str:
        """The number; without one, the unit and the day it ended: it awaits payment, or never paid."""
        return row.get("number", "") or f"{row.get('institution', '')}|{row.get('ended_on', '')}"

    def begin(self) -> None:
        """The memberships by number, those without one by unit and end, and the tiers."""
        rows = list(Membership.objects.select_related("institution").prefetch_related("tiers__tier", "suspensions"))
        self.known = {cell_text(membership.number): membership for membership in rows if membership.number}
        self.unnumbered = {(membership.institution_id, membership.ended_on): membership for membership in rows if not membership.number}
        self.open = {membership.institution_id: membership for membership in rows if membership.status != MembershipStatus.ENDED}
        self.tiers = {cell_text(name): tier.name for tier in Tier.objects.all() for name in (tier.name, tier.code)}

    def judge(self, row: Row) -> Verdict:
        """By the number; a known number must belong to the same institution."""
        name, number = row.get("institution", ""), row.get("number", "")
        institution, why = find_institution(name)
        if institution is None:
            return Verdict(RowOutcome.ERROR, name, why)
        known = self.unnumbered.get((institution.pk, as_date(row.get("ended_on", "")))) if is_unnumbered(row) else self.known.get(number)
        try:
            problem = self._problem(row, known, institution.pk)
            history = self._tiers(row, known) if not problem else {}
            rests = self._rests(row, known) if not problem else {}
        except CellUnclear as unclear:
            problem = str(unclear)
        if problem:
            return Verdict(RowOutcome.ERROR, name, problem)
        wanted = {"institution": institution.name, "number": number, "ended_how": row.get("ended_how", "")}
        wanted |= {column: day_text(as_date(row.get(column, ""))) for column in ("approved_on", "joined_on", "ended_on")}
        if row.get("ended_kind"):
            wanted["ended_kind"] = str(EndedHow(choice_of(row["ended_kind"], EndedHow)).label)
        if row.get("tier"):
            wanted["tier"] = self.tiers[row["tier"]]
        wanted |= {"tiers": tiers_text(history) if row.get("tiers") else "", "suspensions": rests_text(rests) if row.get("suspensions") else ""}
        return self.compare(name, None if known is None else self._row(known), wanted)

    def _problem(self, row: Row, known: Membership | None, institution_id: int) -> str:
        number = row.get("number", "")
        if (not number and not is_unnumbered(row)) or len(number) > 20:
            return _("The member number is missing or too long.")
        if problem := self._wrong_date(row, known):
            return problem
        if len(row.get("ended_how", "")) > 200:
            return _("A cell is too long.")
        if row.get("tier") and row["tier"] not in self.tiers:
            return _("“%(text)s” is none of: %(names)s.") % {"text": row["tier"], "names": "、".join(sorted(set(self.tiers.values())))}
        if row.get("ended_kind") and choice_of(row["ended_kind"], EndedHow) is None:
            return _("“%(text)s” is none of: %(names)s.") % {"text": row["ended_kind"], "names": "、".join(str(label) for _v, label in EndedHow.choices)}
        if known is not None and known.institution_id != institution_id:
            return _("The number belongs to %(name)s.") % {"name": known.institution.name}
        if known is None and not row.get("ended_on") and institution_id in self.open:
            return _("The institution has the open membership %(number)s.") % {"number": self.open[institution_id].number or _("(awaiting payment)")}
        return ""

    @staticmethod
    def _wrong_date(row: Row, known: Membership | None) -> str:
        joined, ended, approved = (as_date(row.get(name, "")) for name in ("joined_on", "ended_on", "approved_on"))
        if is_unnumbered(row):
            joined = dt.date.min
        if joined is None or joined > today():
            return _("“%(text)s” is no date in the past. Write it as 2025-03-05.") % {"text": row.get("joined_on", "")}
        if row.get("approved_on") and approved is None:
            return _("“%(text)s” is no date. Write it as 2025-03-05.") % {"text": row["approved_on"]}
        if row.get("ended_on") and (ended is None or ended < joined):
            return _("“%(text)s” is no date after joining. Write it as 2025-03-05.") % {"text": row["ended_on"]}
        if row.get("ended_kind") and not ended and not (known is not None and known.ended_on):
            return _("How it ended is given, but not when.")
        return ""

    def _tiers(self, row: Row, known: Membership | None) -> dict[int, str]:
        """All tiers by year once the row is taken over: what we hold, what the history adds, and this year's. Raises CellUnclear."""
        held = {row_.from_year: row_.tier.name for row_ in known.tiers.all()} if known is not None else {}
        given = tiers_of(row.get("tiers", ""), self.tiers)
        merged = held | given
        wanted = self.tiers[row["tier"]] if row.get("tier") else ""
        year = today().year
        if wanted and tier_at(merged, year) != wanted:
            if given:
                raise CellUnclear(_("This year's tier and the tiers by year contradict each other."))
            joined = as_date(row.get("joined_on", ""))
            merged[year if held or joined is None else joined.year] = wanted
        if not merged and ORDINARY in self.tiers:
            joined = as_date(row.get("joined_on", ""))
            merged = {joined.year if joined else year: self.tiers[ORDINARY]}
        return merged

    def _rests(self, row: Row, known: Membership | None) -> dict[dt.date, Rest]:
        """All times of rest once the row is taken over. Raises CellUnclear."""
        held = {s.since: Rest(s.since, s.until, s.reason) for s in known.suspensions.all()} if known is not None else {}
        merged = held | rests_of(row.get("suspensions", ""))
        ended = as_date(row.get("ended_on", "")) or (known.ended_on if known is not None else None)
        if ended:
            # Nothing rests that has ended.
            merged = {since: Rest(since, rest.until or max(ended, since), rest.reason) for since, rest in merged.items()}
        if row.get("suspensions") and overlap(merged):
            raise CellUnclear(_("Two times of suspension overlap."))
        if row.get("suspensions") and any(rest.since > today() or (rest.until and rest.until > today()) for rest in merged.values()):
            raise CellUnclear(_("A time of suspension lies in the future."))
        return merged

    def write(self, row: Row, recorder: Recorder, actor: Any) -> None:
        """Add with tiers, rests and certificate, or set what differs."""
        known = self._row_in_register(row)
        history, rests = self._tiers(row, known), self._rests(row, known)
        ended = as_date(row.get("ended_on", ""))
        values: dict[str, Any] = {name: as_date(row[name]) for name in ("approved_on", "joined_on", "ended_on") if row.get(name)}
        values |= {"ended_how": row["ended_how"]} if row.get("ended_how") else {}
        if ended or row.get("ended_kind"):
            values["ended_kind"] = choice_of(row.get("ended_kind", ""), EndedHow) or (known.ended_kind if known is not None else "") or EndedHow.WITHDRAWN
        resting = any(rest.until is None for rest in rests.values())
        if known is None:
            began = MembershipStatus.PENDING_PAYMENT if is_unnumbered(row) else MembershipStatus.SUSPENDED if resting else MembershipStatus.ACTIVE
            status = MembershipStatus.ENDED if ended else began
            self._add(row, values | {"status": status}, history, rests, recorder, actor)
            return
        if ended:
            values["status"] = MembershipStatus.ENDED
        elif row.get("suspensions") and known.status in {MembershipStatus.ACTIVE, MembershipStatus.SUSPENDED}:
            values["status"] = MembershipStatus.SUSPENDED if resting else MembershipStatus.ACTIVE
        recorder.change(known, **values)
        self._keep(known, history, rests, recorder)

    @staticmethod
    def _row_in_register(row: Row) -> Membership | None:
        rows = Membership.objects.prefetch_related("tiers__tier", "suspensions")
        if not is_unnumbered(row):
            return rows.filter(number=row["number"]).first()
        institution, _why = find_institution(row["institution"])
        return rows.filter(institution=institution, number=None, ended_on=as_date(row.get("ended_on", ""))).first()

    def _add(self, row: Row, values: dict[str, Any], history: dict[int, str], rests: dict[dt.date, Rest], recorder: Recorder, actor: Any) -> None:
        institution, _why = find_institution(row["institution"])
        made = Membership.objects.create(institution=institution, number=row["number"] or None, **values)
        recorder.made(made)
        self._keep(made, history, rests, None)
        record("membership.imported", made, made.institution, actor=actor, number=made.number)
        if made.number and made.status != MembershipStatus.ENDED:
            issue_certificate(made, actor=actor)

    @staticmethod
    def _keep(membership: Membership, history: dict[int, str], rests: dict[dt.date, Rest], recorder: Recorder | None) -> None:
        """Tiers and rests as they should stand; what a new membership gets goes with it when the import is undone, so nobody notes it."""
        tiers = {tier.name: tier for tier in Tier.objects.all()}
        for model, key, rows in (
            (MembershipTier, "from_year", {year: {"tier": tiers[name]} for year, name in history.items()}),
            (Suspension, "since", {since: {"until": rest.until, "reason": rest.reason} for since, rest in rests.items()}),
        ):
            held = {getattr(obj, key): obj for obj in model.objects.filter(membership=membership)}
            for at, values in rows.items():
                if at not in held:
                    made = model.objects.create(membership=membership, **{key: at}, **values)
                    if recorder is not None:
                        recorder.made(made)
                elif recorder is not None:
                    recorder.change(held[at], **values)

    def undo_created(self, obj: models.Model, actor: Any) -> None:
        """A membership and its rests are never deleted; those that only an import made, and nothing was built on, are the exception."""
        with pgtrigger.ignore("members.Membership:never_deleted", "members.Suspension:never_deleted"):
            if isinstance(obj, Membership):
                obj.tiers.all().delete()
                obj.suspensions.all().delete()
                record("membership.import_undone", obj.institution, actor=actor, number=obj.number)
            obj.delete()

    def undo_changed(self, obj: models.Model, fields: list[str]) -> None:
        """An import that ended a membership is taken back: the one way from ended to active."""
        with pgtrigger.ignore("members.Membership:status_transitions"):
            obj.save(update_fields=fields)

    def export(self) -> Iterable[Row]:
        """All, also those that await payment and those that never paid: they have neither number nor day of joining."""
        rows = Membership.objects.select_related("institution").prefetch_related("tiers__tier", "suspensions")
        return [self._row(membership) for membership in rows]

    @staticmethod
    def _row(membership: Membership) -> Row:
        tiers = {row.from_year: row.tier.name for row in membership.tiers.all()}
        rests = {s.since: Rest(s.since, s.until, s.reason) for s in membership.suspensions.all()}
        return {
            "institution": membership.institution.name, "number": membership.number or "",
            "approved_on": day_text(membership.approved_on), "joined_on": day_text(membership.joined_on),
            "tier": tier_at(tiers, today().year), "tiers": tiers_text(tiers), "suspensions": rests_text(rests),
            "ended_on": day_text(membership.ended_on), "ended_how": membership.ended_how,
            "ended_kind": str(EndedHow(membership.ended_kind).label) if membership.ended_kind else "",
        }  # fmt: skip


def is_unnumbered(row: Row) -> bool:
    """A row about a membership that awaits payment or never paid: no number, and it never began."""
    return not row.get("number") and not row.get("joined_on")


def tier_at(tiers: dict[int, str], year: int) -> str:
    """The name that holds in a year; empty before the first."""
    past = [from_year for from_year in tiers if from_year <= year]
    return tiers[max(past)] if past else ""
