"""`import_institutions FILE`: take over the ministry's list of universities."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from members.importing.moe import ImportRefused, read_list
from members.services.importing import import_institutions, plan_import


class Command(BaseCommand):
    """See the module."""

    help = "Take over the ministry's list of universities (XLS or XLSX as published). A second import of one list changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and a dry run."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would change, change nothing")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """All or nothing."""
        try:
            listed = read_list(options["file"].read_bytes())
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        except ImportRefused as refusal:
            raise CommandError("\n".join(["Nothing was changed.", *refusal.errors])) from refusal
        plan = plan_import(listed) if options["dry_run"] else import_institutions(listed, source="import:moe", progress=self._progress)
        counts = plan.counts()
        self.stdout.write(f"{len(listed)} rows: " + ", ".join(f"{value} {name}" for name, value in counts.items()))

    def _progress(self, done: int, total: int) -> None:
        self.stderr.write(f"\r{done}/{total}", ending="" if done < total else "\n")
