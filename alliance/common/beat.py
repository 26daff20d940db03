"""Celery's beat with its timetable in PostgreSQL. Any number may run: a slot is planned once (alliance.common.schedule)."""

import logging

from celery.beat import Scheduler
from django.db import Error, close_old_connections

logger = logging.getLogger(__name__)
INTERVAL = 2.0


class DatabaseScheduler(Scheduler):
    """Plans runs as rows; a worker is only woken."""

    def setup_schedule(self) -> None:
        """Entries for what is new in the settings; a database that is away is asked again later."""
        self.synced = False

    def tick(self, *args: object, **kwargs: object) -> float:
        """One look at the timetable. Returns the seconds until the next."""
        from alliance.common import schedule

        close_old_connections()
        try:
            if not self.synced:
                schedule.sync_entries()
                self.synced = True
            schedule.tick()
        except Error:
            logger.warning("The database does not answer; the timetable waits for it.", exc_info=True)
        return INTERVAL

    def should_sync(self) -> bool:
        """There is no file."""
        return False
