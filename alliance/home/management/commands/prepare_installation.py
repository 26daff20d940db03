"""`prepare_installation`: what every installation needs before its first application."""

from typing import Any

from django.core.management.base import BaseCommand

from alliance.home.installation import prepare_installation


class Command(BaseCommand):
    """See the module."""

    help = "Make the organisation, the first fee schedule, allowance, council and reminder rules where there are none yet; safe to run at every start."

    def handle(self, *args: Any, **options: Any) -> None:
        """Idempotent."""
        made = prepare_installation()
        if options["verbosity"]:
            self.stdout.write(f"Made: {', '.join(made)}." if made else "Everything is there already.")
