"""The one place that asks what time it is, so that tests can set it and days are Beijing days."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

BEIJING = ZoneInfo("Asia/Shanghai")


def now() -> dt.datetime:
    """The present moment, aware."""
    return timezone.now()


def today() -> dt.date:
    """Today's date in Asia/Shanghai, whatever the active time zone is."""
    return local_date(now())


def local_date(moment: dt.datetime) -> dt.date:
    """The date in Asia/Shanghai on which an aware `moment` falls."""
    return moment.astimezone(BEIJING).date()


def database_now() -> dt.datetime:
    """The database's clock at this instant (not the transaction's start): the judge of deadlines."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
