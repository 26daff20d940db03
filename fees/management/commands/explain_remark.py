"""explain_remark --remark TEXT [--payer NAME] [--account NO] [--amount N] [--json]"""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from fees.matching.decide import match
from fees.matching.evidence import Credit
from fees.matching.register import Register, load_register
from fees.statements.reading import amount_of


class Command(BaseCommand):
    """Say whose a transfer would be, and why. Changes nothing."""

    help = "Matches one remark against the data in the database and explains the answer."

    def add_arguments(self, parser: CommandParser) -> None:
        """What the bank would say."""
        parser.add_argument("--remark", default="")
        parser.add_argument("--csv", help="many at once: a file with the columns remark, payer, account, amount; one JSON line for each row")
        parser.add_argument("--payer", default="")
        parser.add_argument("--account", default="")
        parser.add_argument("--amount", default="")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """One answer, or one for each row; the register is read once."""
        if bool(options["csv"]) == bool(options["remark"]):
            raise CommandError("Give either --remark or --csv.")
        register = load_register()
        if options["csv"]:
            with Path(options["csv"]).open(encoding="utf-8-sig", newline="") as handle:
                for row in csv.DictReader(handle):
                    self.stdout.write(json.dumps(self.answer(row, register), ensure_ascii=False))
            return
        answer = self.answer(options, register)
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        for name, value in answer.items():
            self.stdout.write(f"{name}: {'、'.join(map(str, value)) if isinstance(value, list) else value}")

    @staticmethod
    def answer(said: Mapping[str, Any], register: Register) -> dict[str, Any]:
        """Class, units, fees, years, reasons, confidence, notices for what the bank says. Raises CommandError for what is no amount."""
        text = said.get("amount") or ""
        amount = amount_of(text) if text else None
        if text and amount is None:
            raise CommandError(f"{text!r} is no amount. Write for example 2000.00.")
        found = match(Credit(said.get("remark") or "", said.get("payer") or "", said.get("account") or "", amount), register)
        return {
            "class": found.verdict,
            "institutions": [unit.name for unit in found.units],
            "fees": found.fees,
            "years": found.years,
            "reasons": [str(reason) for reason in found.reasons],
            "confidence": found.confidence,
            "invoices": [invoice.number for invoice in found.units[0].invoices] if found.units else [],
        }
