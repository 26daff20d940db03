"""`load_sample_data`: something to look at."""

from typing import Any

from django.core.management.base import BaseCommand

from alliance.home.sample.load import load_sample


class Command(BaseCommand):
    """See the module."""

    help = "Load the sample data into an empty system; does nothing when there are institutions or users."

    def handle(self, *args: Any, **options: Any) -> None:
        """Once."""
        self.stdout.write("Sample data loaded." if load_sample() else "There are data already; nothing was loaded.")
