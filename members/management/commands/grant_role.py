"""`grant_role EMAIL ROLE`: the first member of the secretariat, or another."""

import sys
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from members.enums import Role
from members.services.accounts import ensure_user, grant_role


class Command(BaseCommand):
    """See the module."""

    help = "Give somebody a staff role; the account is made when there is none."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, what."""
        parser.add_argument("email")
        parser.add_argument("role", choices=Role.values)
        parser.add_argument("--name", default="")
        parser.add_argument("--password-stdin", action="store_true", help="read a password from standard input; without it only e-mail codes open the door")

    def handle(self, *args: Any, **options: Any) -> None:
        """Grant."""
        try:
            validate_email(options["email"])
        except ValidationError as error:
            raise CommandError(f"{options['email']!r} is not an e-mail address.") from error
        user = ensure_user(options["email"], name=options["name"])
        if options["password_stdin"]:
            user.set_password(sys.stdin.readline().rstrip("\n"))
            user.save(update_fields=["password"])
        grant_role(user, Role(options["role"]), source="command")
        self.stdout.write(f"{user.email} has the role {options['role']}.")
