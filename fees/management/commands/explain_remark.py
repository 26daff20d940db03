"""explain_remark --remark TEXT [--payer NAME] [--account NO] [--amount N] [--json]"""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from fees.matching.decide import Credit, match
from fees.matching.register import load_register
from fees.statements.reading import amount_of


class Command(BaseCommand):
    """Say whose a transfer would be, and why. Changes nothing."""

    help = "Matches one remark against the data in the database and explains the answer."

    def add_arguments(self, parser: CommandParser) -> None:
        """What the bank would say."""
        parser.add_argument("--remark", required=True)
        parser.add_argument("--payer", default="")
        parser.add_argument("--account", default="")
        parser.add_argument("--amount", default="")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """One answer."""
        amount = amount_of(options["amount"]) if options["amount"] else None
        if options["amount"] and amount is None:
            raise CommandError(f"{options['amount']!r} is no amount. Write for example 2000.00.")
        found = match(Credit(options["remark"], options["payer"], options["account"], amount), load_register())
        answer = {
            "class": found.verdict,
            "institutions": [unit.name for unit in found.units],
            "fees": found.fees,
            "years": found.years,
            "reasons": [str(reason) for reason in found.reasons],
            "confidence": found.confidence,
            "invoices": [invoice.number for invoice in found.units[0].invoices] if found.units else [],
        }
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        for name, value in answer.items():
            self.stdout.write(f"{name}: {'、'.join(map(str, value)) if isinstance(value, list) else value}")
