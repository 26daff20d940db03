"""Working days in China: holidays and the weekends worked for them (调休).

The library knows the years the State Council has published so far. For a later year the rule is Monday to Friday, plus the table that staff
keep; `is_covered` lets pages say so.
"""

import datetime as dt

import chinese_calendar

from alliance.common.models import CalendarDay


class Workdays:
    """The calendar with the staff's table read once, for those who ask about many days."""

    def __init__(self) -> None:
        self.table = dict(CalendarDay.objects.values_list("day", "is_working"))

    def works(self, day: dt.date) -> bool:
        """Whether the office works on the day."""
        return _works(day, self.table)

    def add(self, day: dt.date, count: int) -> dt.date:
        """See `add_workdays`."""
        step = dt.timedelta(days=-1 if count < 0 else 1)
        left = abs(count)
        while left or not self.works(day):
            day += step
            if left and self.works(day):
                left -= 1
        return day


def is_covered(year: int) -> bool:
    """Whether the library has the official calendar of the year."""
    try:
        chinese_calendar.is_workday(dt.date(year, 12, 31))
    except NotImplementedError:
        return False
    return True


def add_workdays(day: dt.date, count: int) -> dt.date:
    """The date `count` working days after `day` (before it when negative). With 0: `day`, or the next working day when it is none."""
    return Workdays().add(day, count)


def workdays_between(start: dt.date, end: dt.date) -> int:
    """How many working days lie after `start` up to and including `end`; negative when `end` is earlier."""
    if end < start:
        return -workdays_between(end, start)
    table = dict(CalendarDay.objects.filter(day__range=(start, end)).values_list("day", "is_working"))
    return sum(_works(start + dt.timedelta(days=n), table) for n in range(1, (end - start).days + 1))


def _works(day: dt.date, table: dict[dt.date, bool]) -> bool:
    """The staff's table first, then the library, then the weekday."""
    if day in table:
        return table[day]
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5
