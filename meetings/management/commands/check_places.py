"""Recount every must of a place from the registrations; say what is broken."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from meetings.selectors.books import broken_promises


class Command(BaseCommand):
    """script/manage check_places."""

    help = "Checks that no meeting, offer, unit or session has more places taken than it may."

    def handle(self, *args: Any, **options: Any) -> None:
        """Fails when a promise is broken, so that a monitor notices."""
        broken = broken_promises()
        for promise, where in broken:
            self.stdout.write(f"{promise}: {where}")
        if broken:
            raise CommandError(f"{len(broken)} broken promises.")
        self.stdout.write("Every promise holds.")
