"""`sample_accounts`: who can sign in to the sample."""

from typing import Any

from django.core.management.base import BaseCommand

from alliance.home.sample.data import ACCOUNTS, PASSWORD
from members.models import User


class Command(BaseCommand):
    """See the module."""

    help = "Print the sample accounts that exist, with their common password."

    def handle(self, *args: Any, **options: Any) -> None:
        """Nothing when the system has no sample data."""
        there = set(User.objects.filter(email__in=[email for email, _name, _role in ACCOUNTS]).values_list("email", flat=True))
        if not there:
            return
        self.stdout.write(f"Sample accounts (password for all: {PASSWORD}):")
        for email, _name, role in ACCOUNTS:
            if email in there:
                self.stdout.write(f"  {email:<28} {role}")
