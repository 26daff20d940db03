"""import_statement FILE [--dry-run] [--json] [--actor EMAIL]"""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from fees.matching.decide import match_all
from fees.matching.register import load_register
from fees.models import BankStatement, StatementLine
from fees.services.statements import Reading, as_json, import_statement, read
from fees.statements.reading import StatementError, UnknownLayout
from members.models import User


class Command(BaseCommand):
    """Take a bank's statement in, or only say what it would do."""

    help = "Reads a bank statement (CSV, XLS, XLSX, or HTML named .xls), takes in what is new, and matches it."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and how to answer."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Say what would happen and change nothing.")
        parser.add_argument("--json", action="store_true", help="Answer as one JSON object.")
        parser.add_argument("--actor", default="", help="E-mail of the account that imports.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Errors go to the error output with the row, and end with 1."""
        path: Path = options["file"]
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        actor = None
        if options["actor"]:
            actor = User.objects.filter(email__iexact=options["actor"]).first()
            if actor is None:
                raise CommandError(f"No account has the address {options['actor']}.")
        try:
            reading = read(path.name, content)
            statement = None if options["dry_run"] else import_statement(path.name, content, actor=actor)
        except UnknownLayout as error:
            raise CommandError(f"{error} ({path.name}; map the columns once on the page for statements)") from error
        except StatementError as error:
            raise CommandError(f"{path.name}: {error}") from error
        answer = answer_for(reading, statement)
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2, default=str))
        else:
            self._tell(answer)

    def _tell(self, answer: dict[str, Any]) -> None:
        self.stdout.write(f"{answer['bank'] or 'unknown bank'} {answer['account']} {answer['from']} – {answer['until']}, balances: {answer['balance_check']}")
        self.stdout.write(f"in {answer['credits']} (new {answer['new']}, known {answer['known']}), out {answer['debits']} (not considered)")
        for row, reason in answer["skipped"]:
            self.stdout.write(f"  row {row} left out: {reason}")
        for row, reason in answer["warnings"]:
            self.stdout.write(f"  row {row}: {reason}")
        for line in answer["lines"]:
            units = "、".join(line["institutions"]) or "—"
            self.stdout.write(f"  row {line['row']} {line['date']} {line['amount']} {line['payer']} [{line['class']}] {units}: {'；'.join(line['reasons'])}")
        self.stdout.write("nothing was changed" if answer["dry_run"] else f"statement {answer['statement']}")


def answer_for(reading: Reading, statement: BankStatement | None) -> dict[str, Any]:
    """What was read and, for each new line, whose it is."""
    read_ = reading.statement
    from fees.matching.decide import Credit

    if statement is None:
        found = match_all([Credit(row.remark, row.payer_name, row.payer_account, row.amount, row.booked_on) for row in reading.fresh], load_register())
        matches = [{"class": match.verdict, **as_json(match)} for match in found]
        rows: list[Any] = [
            {
                "row": row.number,
                "date": row.booked_on,
                "amount": row.amount,
                "payer": row.payer_name,
                "account": row.payer_account,
                "remark": row.remark,
                "serial": row.serial,
            }
            for row in reading.fresh
        ]
    else:
        lines = list(StatementLine.objects.filter(statement=statement).order_by("row"))
        matches = [{"class": line.verdict, **line.proposal} for line in lines]
        rows = [
            {
                "row": line.row,
                "date": line.booked_on,
                "amount": line.amount,
                "payer": line.payer_name,
                "account": line.payer_account,
                "remark": line.remark,
                "serial": line.serial,
            }
            for line in lines
        ]
    shown = [
        row
        | {
            "class": match["class"],
            "institutions": [unit["name"] for unit in match["units"]],
            "fees": match["fees"],
            "years": match["years"],
            "reasons": match["reasons"],
        }
        for row, match in zip(rows, matches, strict=True)
    ]
    days = [row.booked_on for row in read_.rows]
    return {
        "dry_run": statement is None, "statement": statement.pk if statement else None, "bank": read_.bank, "account": read_.account,
        "from": min(days), "until": max(days), "rows": len(read_.rows), "credits": reading.incoming, "debits": reading.outgoing, "new": len(reading.fresh),
        "known": reading.known, "same_file": reading.same_file is not None, "skipped": [[note.row, note.reason] for note in read_.skipped],
        "warnings": [[note.row, note.reason] for note in read_.warnings], "balance_check": read_.balance_check, "balance_breaks": list(read_.balance_breaks),
        "lines": shown,
    }  # fmt: skip
