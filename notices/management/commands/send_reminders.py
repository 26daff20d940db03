"""`send_reminders`: what the sweep does, by hand."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from alliance.common.clock import local_date, now
from notices.services.reminders import due_today, ensure_default_rules, not_yet_queued, send_due_reminders


class Command(BaseCommand):
    """See the module."""

    help = "Queue the reminders that are due today, whatever the hour (the sweep by itself keeps to 8 to 20 o'clock); --dry-run lists what would be queued and sends nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """A dry run."""
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Send or list."""
        if options["dry_run"]:
            ensure_default_rules()
            for due in not_yet_queued(due_today(local_date(now()))):
                self.stdout.write(f"{due.rule}\t{due.to}\t{due.cause}")
            return
        sent = send_due_reminders(now(), at_any_hour=True)
        self.stdout.write(f"{sent.total()} reminders queued")
