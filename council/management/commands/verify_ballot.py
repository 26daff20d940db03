"""Count a closed ballot again and compare with what is stored."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from council.enums import BallotStatus
from council.models import Ballot
from council.selectors.verification import verify


class Command(BaseCommand):
    """Exit code 1 when something does not agree."""

    help = "Count closed ballots again, decide them again by their rules, and compare with the stored results and digests."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which ballots; all closed ones by default."""
        parser.add_argument("ballot", nargs="*", type=int, help="numbers of ballots; none: every closed ballot")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line a ballot, and one for each thing that was not written down in its time."""
        wanted = Ballot.objects.filter(pk__in=options["ballot"]) if options["ballot"] else Ballot.objects.filter(status=BallotStatus.CLOSED)
        found = 0
        for ballot in wanted.select_related("procedure").order_by("pk"):
            result = verify(ballot)
            found += len(result.wrong)
            self.stdout.write(f"{ballot.pk} {ballot.title}: {'ok' if not result.wrong else '; '.join(result.wrong)}")
            for text in result.unproven:
                self.stdout.write(f"{ballot.pk}   not provable: {text}")
        if found:
            raise CommandError(f"{found} discrepancies")
