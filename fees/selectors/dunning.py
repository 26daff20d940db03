"""Reminders of dues: who gets which letter on a day, who does not and why, and what follows when nothing helps. Nothing here sends.

The ladder (days before and after the due date) belongs to the reminders' rules and is passed in. A step that falls on a day off or into a quiet
period waits for the first working day after it; of several steps that wait for one day, only the last is taken. A unit gets one letter a day.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.common.money import format_money
from alliance.common.workdays import add_workdays
from fees.enums import FapiaoRequestState, VoucherState
from fees.models import BankStatement, DunningPause, DunningText, FapiaoRequest, Invoice, QuietPeriod, Voucher
from fees.selectors.schedules import schedule_for
from fees.selectors.standing import beyond_grace, memberships_in_arrears
from members.enums import DEPARTURE_OPEN, MembershipStatus, PersonRole
from members.models import Affiliation, Institution, Membership, in_force

READERS = (PersonRole.LIAISON, PersonRole.FINANCE)


def step_name(step: int) -> str:
    """A step of the ladder in words: 30 days before the due date, on it, 15 days after."""
    if step == 0:
        return _("on the due date")
    count = abs(step)
    if step < 0:
        return ngettext("%(count)s day before the due date", "%(count)s days before the due date", count) % {"count": count}
    return ngettext("%(count)s day after the due date", "%(count)s days after the due date", count) % {"count": count}


@dataclass(frozen=True)
class Letter:
    """What a unit would be reminded of: the notices that have reached `step`, and with them all that is late. `skipped` says why it gets nothing."""

    institution: Institution
    step: int
    due: tuple[Invoice, ...]
    invoices: tuple[Invoice, ...]
    skipped: str
    wording: str

    @property
    def step_name(self) -> str:
        """The step in words."""
        return step_name(self.step)

    @property
    def total(self) -> Decimal:
        """All that the letter names, in yuan."""
        return sum((invoice.owed for invoice in self.invoices), Decimal("0.00"))

    @property
    def why(self) -> str:
        """Why nothing is sent, in words; empty when something is."""
        return {
            "": "",
            "paused": _("reminders to the unit are paused"),
            "disputed": _("the unit disputes the notice"),
            "voucher": _("the unit has reported a transfer that waits for confirmation"),
            "fapiao": _("the unit waits for its fapiao"),
            "stale": _("the last bank statement is too old: the money may have come"),
            "nobody": _("no liaison or finance contact with an e-mail address"),
        }[self.skipped]

    def opening(self, name: str) -> str:
        """The letter's own words for this step and tier, to `name`; empty when the shipped words are to be used."""
        first = self.due[0]
        fields = {"name": name, "unit": self.institution.name, "number": first.number, "owed": format_money(first.owed), "due": first.due_on.isoformat()}
        return self.wording.format(**fields, total=format_money(self.total), days=abs(self.step)) if self.wording else ""


def letters_on(day: dt.date, ladder: Iterable[int]) -> list[Letter]:
    """All letters of a day in Beijing, one for each unit, the skipped ones too; a fixed number of queries."""
    dates = reaching(day, sorted(set(ladder)))
    if not dates:
        return []
    units: dict[int, list[Invoice]] = {}
    opened = Invoice.objects.open().select_related("institution", "membership").prefetch_related("membership__tiers").order_by("due_on", "pk")
    for invoice in opened.filter(due_on__in=dates):
        units.setdefault(invoice.institution_id, []).append(invoice)
    late: dict[int, list[Invoice]] = {}
    for invoice in opened.filter(institution__in=units, due_on__lt=day, disputed_since=None):
        late.setdefault(invoice.institution_id, []).append(invoice)
    reasons = _Reasons(day, units)
    texts = {(row.offset_days, row.tier_id): row.text for row in DunningText.objects.all()}
    letters = []
    for unit, reached in units.items():
        free = [invoice for invoice in reached if invoice.disputed_since is None] or reached
        step = max(dates[invoice.due_on] for invoice in free)
        due = tuple(invoice for invoice in free if dates[invoice.due_on] == step)
        everything = {invoice.pk: invoice for invoice in [*late.get(unit, []), *free]}.values()
        invoices = tuple(sorted(everything, key=lambda invoice: (invoice.due_on, invoice.pk)))
        tier = _tier_id(due[0].membership, day.year)
        wording = texts.get((step, tier)) or texts.get((step, None), "")
        letters.append(Letter(due[0].institution, step, due, invoices, reasons.why_not(unit, due, step), wording))
    return sorted(letters, key=lambda letter: letter.institution.name)


def reaching(day: dt.date, ladder: Sequence[int]) -> dict[dt.date, int]:
    """The due dates whose step falls on `day`, each with the step: those of `day`, and of the days off and quiet days that end with it."""
    quiet = list(QuietPeriod.objects.all())
    days: list[dt.date] = []
    if not _sends(day, quiet):
        return {}
    earlier = day - dt.timedelta(days=1)
    while not _sends(earlier, quiet) and (day - earlier).days < 400:
        days.append(earlier)
        earlier -= dt.timedelta(days=1)
    # The greatest step of a due date wins, so steps are written in rising order.
    return {nominal - dt.timedelta(days=step): step for step in sorted(ladder) for nominal in [day, *days]}


def _sends(day: dt.date, quiet: Sequence[QuietPeriod]) -> bool:
    return add_workdays(day, 0) == day and not any(_covers(period, day) for period in quiet)


def _covers(period: QuietPeriod, day: dt.date) -> bool:
    """Whether the day lies in the period; one that comes every year may run over New Year."""
    if not period.yearly:
        return period.first <= day <= period.last
    first, last, this = (period.first.month, period.first.day), (period.last.month, period.last.day), (day.month, day.day)
    return first <= this <= last if first <= last else this >= first or this <= last


def _tier_id(membership: Membership | None, year: int) -> int | None:
    rows = [row for row in membership.tiers.all() if row.from_year <= year] if membership else []
    return max(rows, key=lambda row: row.from_year).tier_id if rows else None


class _Reasons:
    """Why a unit gets no letter, asked once for all."""

    def __init__(self, day: dt.date, units: Iterable[int]) -> None:
        chosen = list(units)
        self.paused = set(DunningPause.objects.filter(until__gte=day, institution__in=chosen).values_list("institution", flat=True))
        self.vouchers = set(Voucher.objects.filter(state=VoucherState.NEW, institution__in=chosen).values_list("institution", flat=True))
        waiting = FapiaoRequest.objects.filter(state__in=[FapiaoRequestState.OPEN, FapiaoRequestState.EXPORTED], institution__in=chosen)
        self.fapiaos = set(waiting.values_list("invoices", flat=True))
        readers = Affiliation.objects.filter(in_force(day), institution__in=chosen, role__in=READERS).exclude(person__email="")
        self.readers = set(readers.values_list("institution", flat=True))
        self.stale = statement_is_stale(day)

    def why_not(self, unit: int, due: Sequence[Invoice], step: int) -> str:
        """The first reason that holds."""
        checks = {
            "disputed": all(invoice.disputed_since for invoice in due),
            "paused": unit in self.paused,
            "voucher": unit in self.vouchers,
            "fapiao": all(invoice.pk in self.fapiaos for invoice in due),
            "stale": step > 0 and self.stale,
            "nobody": unit not in self.readers,
        }
        return next((reason for reason, holds in checks.items() if holds), "")


def statement_is_stale(day: dt.date) -> bool:
    """Whether the last bank statement is older than the schedule lets pass. Where none was ever imported, payments are entered by hand: never."""
    schedule, last = schedule_for(day.year), BankStatement.objects.aggregate(day=Max("last_day"))["day"]
    return bool(schedule and schedule.stale_statement_days and last and (day - last).days > schedule.stale_statement_days)


def suspensions_to_propose(on: dt.date) -> QuerySet[Membership]:
    """Active memberships that still owe so many days beyond grace that a person is asked whether they should rest."""
    schedule = schedule_for(on.year)
    if schedule is None:
        return Membership.objects.none()
    return memberships_in_arrears(on - dt.timedelta(days=schedule.suspend_after_days)).select_related("institution").order_by("institution__name")


def removals_to_propose(on: dt.date) -> QuerySet[Membership]:
    """Suspended memberships that still owe after the set time, and whose leaving is not before the council yet."""
    schedule = schedule_for(on.year)
    if schedule is None:
        return Membership.objects.none()
    long_ago = on - dt.timedelta(days=schedule.remove_after_days)
    rows = Membership.objects.filter(status=MembershipStatus.SUSPENDED, suspensions__until=None, suspensions__since__lte=long_ago)
    rows = rows.filter(pk__in=beyond_grace(on).order_by().values("membership")).exclude(departures__status__in=DEPARTURE_OPEN)
    return rows.select_related("institution").distinct().order_by("institution__name")


def reinstatements_to_propose() -> QuerySet[Membership]:
    """Suspended memberships that owe nothing any more."""
    owing = Invoice.objects.open().values("membership")
    return Membership.objects.filter(status=MembershipStatus.SUSPENDED).exclude(pk__in=owing).select_related("institution").order_by("institution__name")
