"""`script/manage check_books`: do the stored sums, states and numbers equal what the entries say?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from fees.models import Allocation, Invoice, Payment
from fees.selectors.books import discrepancies


class Command(BaseCommand):
    """Counts everything anew from the entries; ends with 1 when something differs."""

    help = "Recount all payment notices, payments and allocations and report every difference from the stored sums."

    def handle(self, *args: Any, **options: Any) -> None:
        """Report."""
        found = discrepancies()
        for check, what in found:
            self.stderr.write(f"{check}: {what}")
        if found:
            raise CommandError(f"{len(found)} differences.")
        counts = f"{Invoice.objects.count()} notices, {Payment.objects.count()} payments, {Allocation.objects.count()} allocations"
        self.stdout.write(f"{counts}: every sum, state and number agrees.")
