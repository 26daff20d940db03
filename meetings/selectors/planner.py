"""The year at a glance: which quarters have their meeting, what falls on a holiday or a weekend, what overlaps."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import chinese_calendar
from django.utils.translation import gettext as _

from alliance.common.clock import BEIJING, local_date
from alliance.common.models import CalendarDay
from alliance.common.workdays import is_covered
from meetings.enums import MeetingStatus
from meetings.models import Meeting


@dataclass
class Planned:
    """A meeting with what stands against its date."""

    meeting: Meeting
    conflicts: list[str] = field(default_factory=list)


def year_plan(year: int) -> dict[str, Any]:
    """The meetings of a year by month, each with its conflicts; the quarters without a meeting that counts quarters; whether the holidays are known."""
    begin = dt.datetime(year, 1, 1, tzinfo=BEIJING)
    end = dt.datetime(year + 1, 1, 1, tzinfo=BEIJING)
    rows = list(Meeting.objects.filter(starts_at__gte=begin, starts_at__lt=end).exclude(status=MeetingStatus.CANCELLED).order_by("starts_at", "pk"))
    special = {day.day: day for day in CalendarDay.objects.filter(day__gte=dt.date(year, 1, 1), day__lte=dt.date(year + 1, 1, 31))}
    planned = [Planned(meeting, _date_conflicts(meeting, special)) for meeting in rows]
    for index, one in enumerate(planned):
        for other in planned[index + 1 :]:
            if other.meeting.starts_at < one.meeting.ends_at:
                one.conflicts.append(_("Overlaps with “%(title)s”.") % {"title": other.meeting.title})
                other.conflicts.append(_("Overlaps with “%(title)s”.") % {"title": one.meeting.title})
    months = [(dt.date(year, month, 1), [p for p in planned if local_date(p.meeting.starts_at).month == month]) for month in range(1, 13)]
    held = {meeting.quarter for meeting in rows if meeting.quarter}
    return {"year": year, "months": months, "missing": [q for q in (1, 2, 3, 4) if q not in held], "covered": is_covered(year), "count": len(rows)}


def date_conflicts(meeting: Meeting) -> list[str]:
    """What stands against the date of one meeting: holidays and weekends on its days."""
    first, last = local_date(meeting.starts_at), local_date(meeting.ends_at)
    return _date_conflicts(meeting, {day.day: day for day in CalendarDay.objects.filter(day__range=(first, last))})


def _date_conflicts(meeting: Meeting, special: dict[dt.date, CalendarDay]) -> list[str]:
    found, day = [], local_date(meeting.starts_at)
    while day <= local_date(meeting.ends_at):
        why = day_off(day, special.get(day))
        if why:
            found.append(f"{day:%m-%d} {why}")
        day += dt.timedelta(days=1)
    return found


def day_off(day: dt.date, special: CalendarDay | None) -> str:
    """Why nobody works on that day; empty for a working day. The staff's table first, then the official calendar, then the weekday."""
    if special is not None:
        return "" if special.is_working else (special.name or _("holiday"))
    try:
        rest, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        rest, name = day.weekday() >= 5, None
    if not rest:
        return ""
    return HOLIDAYS.get(name or "", name or "") or _("weekend")


HOLIDAYS = {
    "New Year's Day": "元旦", "Spring Festival": "春节", "Tomb-sweeping Day": "清明节", "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节", "Mid-autumn Festival": "中秋节", "National Day": "国庆节",
}  # fmt: skip
