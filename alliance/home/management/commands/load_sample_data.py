"""`load_sample_data`: something to look at."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from alliance.home.sample.load import load_sample


class Command(BaseCommand):
    """See the module."""

    help = "Load the sample data into an empty system; does nothing when there are institutions or users."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--bare`."""
        parser.add_argument("--bare", action="store_true", help="only the people and the next meetings, without the year's applications, votes and payments")

    def handle(self, *args: Any, **options: Any) -> None:
        """Once."""
        self.stdout.write("Sample data loaded." if load_sample(story=not options["bare"]) else "There are data already; nothing was loaded.")
