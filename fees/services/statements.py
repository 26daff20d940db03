"""Bank statements: read, compared with what is known, taken in once, matched."""

import hashlib
import uuid
from dataclasses import dataclass, replace
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.files import SPREADSHEETS, UploadRefused, store
from alliance.common.jobs import job_kind, label_summary
from alliance.common.locking import advisory_lock
from alliance.common.models import Job, Organisation, StoredFile
from alliance.common.money import format_money
from fees.enums import LineState
from fees.matching.decide import Match, match_all
from fees.matching.evidence import Credit
from fees.matching.register import Register, load_register
from fees.models import BankStatement, StatementLayout, StatementLine
from fees.statements.identity import line_keys
from fees.statements.reading import Noted, Row, Statement, UnknownLayout, header_guess, layout_of, read_statement
from members.models import User

KIND = "fees.import_statement"
# Up to so many lines a statement is taken in while the person waits; more run in the background with a progress bar.
MOST_AT_ONCE = 2000
label_summary({"lines": _("New lines"), "known": _("Known from other statements"), "statement": _("Statement")})


@dataclass(frozen=True)
class Reading:
    """A file, read and compared with what is known; nothing is written yet. `fresh` are the rows of money in that are new."""

    statement: Statement
    sha256: str
    warnings: tuple[Noted, ...]
    keys: dict[int, str]
    fresh: list[Row]
    known: int
    incoming: int
    outgoing: int
    same_file: BankStatement | None


def read(name: str, content: bytes, mapping: dict[str, int] | None = None) -> Reading:
    """Read a statement, by `mapping`, else by the known banks, else by what a person said of this header before. Writes nothing.

    Raises StatementError, UnknownLayout.
    """
    try:
        statement = read_statement(name, content, mapping)
    except UnknownLayout as error:
        signature = layout_of(tuple(error.table[header_guess(error.table)])) if error.table else ""
        layout = StatementLayout.objects.filter(signature=signature).first()
        if layout is None:
            raise
        statement = read_statement(name, content, layout.mapping)
    statement, account = _with_account(statement)
    incoming = [row for row in statement.rows if row.direction == "in"]
    keys = {row.number: key for row, key in zip(statement.rows, line_keys(statement.rows, account), strict=True)}
    known = set(StatementLine.objects.filter(key__in=[keys[row.number] for row in incoming]).values_list("key", flat=True))
    fresh, seen = [], set(known)
    for row in incoming:
        if keys[row.number] not in seen:
            fresh.append(row)
            seen.add(keys[row.number])
    sha256 = hashlib.sha256(content).hexdigest()
    return Reading(
        statement=statement,
        sha256=sha256,
        warnings=(*statement.warnings, *_gap(statement)),
        keys=keys,
        fresh=fresh,
        known=len(incoming) - len(fresh),
        incoming=len(incoming),
        outgoing=len(statement.rows) - len(incoming),
        same_file=BankStatement.objects.filter(sha256=sha256).first(),
    )


def _with_account(statement: Statement) -> tuple[Statement, str]:
    """A file that does not say its account is taken to be of the alliance's own; one of another account is read, with a warning."""
    ours = "".join(c for c in Organisation.load().bank_account_number if c.isdigit())
    account = statement.account or ours
    if ours and account != ours:
        text = gettext("The statement is of account %(account)s, not of the alliance's account %(ours)s.") % {"account": account, "ours": ours}
        statement = replace(statement, warnings=(*statement.warnings, Noted(0, text)))
    return replace(statement, account=account), account


def _gap(statement: Statement) -> list[Noted]:
    """Whether the balance goes on from the statement before: what is missing between two files shows only there."""
    if statement.opening is None:
        return []
    first = min(row.booked_on for row in statement.rows)
    before = BankStatement.objects.filter(account=statement.account, last_day__lte=first, closing__isnull=False).order_by("-last_day", "-pk").first()
    if before is None or before.closing is None or before.last_day == first or before.closing == statement.opening:
        return []
    text = gettext("The statement before (until %(day)s) ended with %(closing)s, this one begins with %(opening)s: lines between them are missing.")
    facts = {"day": before.last_day, "closing": format_money(before.closing), "opening": format_money(statement.opening)}
    return [Noted(0, text % facts)]


@transaction.atomic
def import_statement(name: str, content: bytes, *, actor: Any = None, mapping: dict[str, int] | None = None) -> BankStatement:
    """Take a statement in: its file, and each line of money in that is not known yet, matched. The same file again returns what is there.

    All or nothing. Raises StatementError with the row, UnknownLayout.
    """
    return _take_in(name, content, actor=actor, mapping=mapping, file=None)


@job_kind(KIND, label=_("Bank statement"))
def import_in_background(job: Job) -> None:
    """A large statement, with progress. Run again after a crash it finds the file taken in."""
    stored = job.file
    assert stored is not None  # the page that starts the job keeps the file first
    with stored.content.open("rb") as handle:
        content = handle.read()
    job.progress(1, 3)
    statement = _take_in(stored.name, content, actor=job.started_by, mapping=job.params.get("mapping"), file=stored, job=job)
    job.progress(3, 3)
    job.summary = {"lines": statement.new_lines, "known": statement.known_lines, "statement": str(statement)}


def import_kept(stored: StoredFile, *, actor: User, mapping: dict[str, int] | None = None) -> BankStatement:
    """Take in a file that was kept for its preview. Raises StatementError, UnknownLayout."""
    with stored.content.open("rb") as handle, transaction.atomic():
        return _take_in(stored.name, handle.read(), actor=actor, mapping=mapping, file=stored)


def _take_in(name: str, content: bytes, *, actor: Any, mapping: dict[str, int] | None, file: StoredFile | None, job: Job | None = None) -> BankStatement:
    advisory_lock("bank-statements")
    reading = read(name, content, mapping)
    if reading.same_file is not None:
        return reading.same_file
    statement = reading.statement
    if mapping is not None:
        _remember(statement, mapping, actor)
    days = [row.booked_on for row in statement.rows]
    kept = BankStatement.objects.create(
        file=file or keep_upload(name, content, actor),
        sha256=reading.sha256,
        name=name[:200],
        bank=statement.bank,
        account=statement.account,
        first_day=min(days),
        last_day=max(days),
        credits=reading.incoming,
        debits=reading.outgoing,
        new_lines=len(reading.fresh),
        known_lines=reading.known,
        skipped=[[note.row, note.reason] for note in statement.skipped],
        warnings=[[note.row, note.reason] for note in reading.warnings],
        balance_check=statement.balance_check,
        balance_breaks=list(statement.balance_breaks),
        opening=statement.opening,
        closing=statement.closing,
        imported_by=actor,
    )
    StatementLine.objects.bulk_create([_line(kept, row, reading.keys[row.number]) for row in reading.fresh], batch_size=500)
    if job is not None:
        job.progress(2, 3)
    rematch(kept.lines.all())
    record("statement.imported", kept, actor=actor, source="" if actor else "command", lines=len(reading.fresh), known=reading.known)
    return kept


def remember_layout(stored: StoredFile, mapping: dict[str, int], *, actor: User) -> StatementLayout:
    """What a person said of the columns of a file that was kept, for it and for all with the same header. Raises StatementError when it cannot be read so."""
    with stored.content.open("rb") as handle:
        statement = read_statement(stored.name, handle.read(), mapping)
    return _remember(statement, mapping, actor)


def _remember(statement: Statement, mapping: dict[str, int], actor: Any) -> StatementLayout:
    values = {"header": list(statement.header), "mapping": mapping, "made_by": actor}
    layout, _created = StatementLayout.objects.update_or_create(signature=layout_of(statement.header), defaults=values)
    return layout


@transaction.atomic
def forget_layout(layout: StatementLayout, *, actor: User) -> None:
    """Take back what was said of a header: the next such file asks again. What was imported stays."""
    record("layout.removed", layout, actor=actor, header="、".join(cell for cell in layout.header if cell)[:200])
    layout.delete()


def keep_upload(name: str, content: bytes, actor: Any) -> Any:
    """The original bytes. A file that is HTML under another name is kept as what it is: text."""
    try:
        return store(content, name=name, owner=None, purpose="statement", actor=actor, allowed=SPREADSHEETS)
    except UploadRefused:
        stored = StoredFile(
            name=name[:200], mimetype="text/plain", size=len(content), sha256=hashlib.sha256(content).hexdigest(), purpose="statement", uploaded_by=actor
        )
        stored.content.save(f"statement/{uuid.uuid4().hex}.txt", ContentFile(content), save=False)
        stored.save(force_insert=True)
        return stored


def _line(statement: BankStatement, row: Row, key: str) -> StatementLine:
    return StatementLine(
        statement=statement, key=key, row=row.number, booked_on=row.booked_on, booked_at=row.booked_at, amount=row.amount, balance=row.balance,
        payer_name=row.payer_name[:200], payer_account=row.payer_account[:60], payer_bank=row.payer_bank[:200], remark=row.remark[:500],
        serial=row.serial[:80], cells=list(row.cells),
    )  # fmt: skip


def rematch(lines: Any, register: Register | None = None) -> int:
    """Match the undecided among these lines anew, with what is known now. Returns how many."""
    rows = list(lines.filter(state=LineState.OPEN).order_by("booked_on", "pk"))
    known = register or load_register()
    for row, found in zip(rows, match_all([credit_of(row) for row in rows], known), strict=True):
        row.verdict, row.proposal = found.verdict, as_json(found)
    StatementLine.objects.bulk_update(rows, ["verdict", "proposal"], batch_size=500)
    return len(rows)


def credit_of(line: StatementLine) -> Credit:
    """What matching looks at."""
    return Credit(line.remark, line.payer_name, line.payer_account, line.amount, line.booked_on)


def as_json(found: Match) -> dict[str, Any]:
    """A match as it is kept with its line."""
    return {
        "units": [
            {
                "institution": unit.institution,
                "name": unit.name,
                "reasons": unit.reasons,
                "invoices": [i.pk for i in unit.invoices],
                "exact": unit.exact,
                "named": bool(unit.signs.get("remark")),
            }
            for unit in found.units
        ],
        "fees": found.fees,
        "years": found.years,
        "reasons": found.reasons,
        "confidence": found.confidence,
    }
