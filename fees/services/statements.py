"""Bank statements: taken in once, matched, decided by a person, undone."""

import hashlib
import uuid
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alliance.common import clock
from alliance.common.audit import record
from alliance.common.exceptions import DomainError, InvalidTransition
from alliance.common.files import SPREADSHEETS, UploadRefused, store
from alliance.common.locking import advisory_lock, lock
from alliance.common.money import money
from alliance.common.transitions import move
from fees.enums import LearntKind, LineState, MatchClass, ReversalKind
from fees.exceptions import TooMuch
from fees.matching.decide import Credit, Match, match_all
from fees.matching.register import Register, load_register
from fees.matching.words import plain
from fees.models import BankStatement, Invoice, Learnt, Payment, StatementLayout, StatementLine
from fees.services.payments import allocate, record_payment, use_credit
from fees.services.reversals import reverse_payment
from fees.statements.identity import line_keys
from fees.statements.reading import Row, Statement, UnknownLayout, header_guess, layout_of, read_statement
from members.models import Institution, User
from members.names import normalise


@dataclass(frozen=True)
class Reading:
    """A file, read and compared with what is known; nothing is written yet. `fresh` are the rows of money in that are new."""

    statement: Statement
    sha256: str
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
    incoming = [row for row in statement.rows if row.direction == "in"]
    keys = {row.number: key for row, key in zip(statement.rows, line_keys(statement.rows, statement.account), strict=True)}
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
        keys=keys,
        fresh=fresh,
        known=len(incoming) - len(fresh),
        incoming=len(incoming),
        outgoing=len(statement.rows) - len(incoming),
        same_file=BankStatement.objects.filter(sha256=sha256).first(),
    )


@transaction.atomic
def import_statement(name: str, content: bytes, *, actor: Any = None, mapping: dict[str, int] | None = None) -> BankStatement:
    """Take a statement in: its file, and each line of money in that is not known yet, matched. The same file again returns what is there.

    All or nothing. Raises StatementError with the row, UnknownLayout.
    """
    advisory_lock("bank-statements")
    reading = read(name, content, mapping)
    if reading.same_file is not None:
        return reading.same_file
    statement = reading.statement
    if mapping is not None:
        StatementLayout.objects.update_or_create(
            signature=layout_of(statement.header), defaults={"header": list(statement.header), "mapping": mapping, "made_by": actor}
        )
    days = [row.booked_on for row in statement.rows]
    kept = BankStatement.objects.create(
        file=keep_upload(name, content, actor),
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
        warnings=[[note.row, note.reason] for note in statement.warnings],
        balance_check=statement.balance_check,
        balance_breaks=list(statement.balance_breaks),
        imported_by=actor,
    )
    StatementLine.objects.bulk_create([_line(kept, row, reading.keys[row.number]) for row in reading.fresh], batch_size=500)
    rematch(kept.lines.all())
    record("statement.imported", kept, actor=actor, source="" if actor else "command", lines=len(reading.fresh), known=reading.known)
    return kept


def keep_upload(name: str, content: bytes, actor: Any) -> Any:
    """The original bytes. A file that is HTML under another name is kept as what it is: text."""
    try:
        return store(content, name=name, owner=None, purpose="statement", actor=actor, allowed=SPREADSHEETS)
    except UploadRefused:
        from alliance.common.models import StoredFile

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
            {"institution": unit.institution, "name": unit.name, "reasons": unit.reasons, "invoices": [i.pk for i in unit.invoices], "exact": unit.exact}
            for unit in found.units
        ],
        "fees": found.fees,
        "years": found.years,
        "reasons": found.reasons,
        "confidence": found.confidence,
    }


@dataclass(frozen=True)
class Part:
    """A part of a line for one unit; `invoices` are paid in this order, the rest pays what else is open or stays as credit."""

    institution: Institution
    amount: Decimal
    invoices: tuple[Invoice, ...] = ()


@transaction.atomic
def book_line(line: StatementLine, parts: list[Part], *, actor: User, learn: bool = True) -> list[Payment]:
    """Make a line into payments, one for each unit, and let them pay. Pressed twice it books once.

    What was decided is learnt: this account and this payer pay for the unit (only when the line is for one unit).
    Raises TooMuch when the parts are not the line's amount, InvalidTransition for a line decided otherwise, PeriodClosed.
    """
    lock(line)
    if line.state == LineState.BOOKED:
        return list(line.payments.filter(mistaken=False))
    if line.state != LineState.OPEN:
        raise InvalidTransition
    if sum(money(part.amount) for part in parts) != line.amount or not parts:
        raise TooMuch(_("The parts must add up to the amount of the line."))
    round_ = line.payments.count()
    payments = []
    for number, part in enumerate(parts, start=1):
        payment = record_payment(
            institution=part.institution,
            amount=part.amount,
            received_on=line.booked_on,
            payer_name=line.payer_name[:120] or "—",
            payer_account=line.payer_account[:40],
            remark=line.remark[:200],
            bank_serial=_serial_of(line, number, len(parts), round_),
            line=line,
            actor=actor,
            use=False,
        )
        for invoice in part.invoices:
            # The amounts are read under the locks that `allocate` takes in the same order.
            locked = lock(invoice)
            share = min(payment.left, locked.owed)
            if share > 0:
                allocate(payment, locked, share, actor=actor)
        if payment.left > 0:
            use_credit(payment, actor=actor)
        payments.append(payment)
    move(line, to=LineState.BOOKED, field="state", decided_by=actor)
    if learn and len(parts) == 1:
        _learn(line, parts[0].institution, actor)
    record("line.booked", line, *[part.institution for part in parts], *payments, actor=actor, amount=line.amount)
    return payments


def _serial_of(line: StatementLine, number: int, count: int, round_: int) -> str:
    base = line.serial[:40] or line.key[:24]
    suffix = f"/{number}" if count > 1 else ""
    return f"{base}{suffix}" + (f"#{round_}" if round_ else "")


def _learn(line: StatementLine, institution: Institution, actor: User) -> None:
    for kind, key in ((LearntKind.ACCOUNT, normalise(line.payer_account)), (LearntKind.PAYER, normalise(plain(line.payer_name)))):
        if key and not Learnt.objects.filter(kind=kind, key=key, institution=institution, removed_at=None).exists():
            Learnt.objects.create(kind=kind, key=key, institution=institution, line=line, learnt_by=actor)


@transaction.atomic
def accept_line(line: StatementLine, *, actor: User) -> list[Payment]:
    """Book a line as it is proposed: the first unit, its notices. Raises InvalidTransition when nothing clear is proposed."""
    units = line.proposal.get("units") or []
    if line.verdict not in {MatchClass.SURE, MatchClass.LIKELY} or not units:
        raise InvalidTransition
    return book_line(line, [part_for(units[0], line.amount)], actor=actor)


def part_for(unit: dict[str, Any], amount: Decimal) -> Part:
    """A proposed unit as a part of a line."""
    found = Invoice.objects.in_bulk(unit.get("invoices") or [])
    chosen = tuple(found[pk] for pk in unit.get("invoices") or [] if pk in found and found[pk].owed > 0)
    return Part(Institution.objects.get(pk=unit["institution"]), amount, chosen)


def accept_sure(lines: Any, *, actor: User) -> Counter[str]:
    """Book all lines that are sure, each in its own transaction. One that cannot be booked any more stays for a person. Returns counts."""
    counts: Counter[str] = Counter()
    for line in lines.filter(state=LineState.OPEN, verdict=MatchClass.SURE).order_by("booked_on", "pk"):
        # What was sure when the file was read is asked again: an earlier line may have paid the notice meanwhile.
        rematch(StatementLine.objects.filter(pk=line.pk))
        line.refresh_from_db()
        if line.verdict != MatchClass.SURE:
            counts["left"] += 1
            continue
        try:
            accept_line(line, actor=actor)
            counts["booked"] += 1
        except DomainError:
            counts["left"] += 1
    return counts


@transaction.atomic
def set_aside(line: StatementLine, *, actor: User, note: str) -> StatementLine:
    """Not the alliance's money. Raises InvalidTransition."""
    lock(line)
    move(line, to=LineState.NOT_OURS, field="state", decided_by=actor, note=note[:200])
    record("line.set_aside", line, actor=actor, reason=note)
    return line


@transaction.atomic
def undo_line(line: StatementLine, *, actor: User, reason: str) -> StatementLine:
    """Take back what was decided: payments of the line are reversed as entered by mistake, what it taught is taken back.

    Raises InvalidTransition for a line nobody has decided, PeriodClosed.
    """
    lock(line)
    if line.state == LineState.OPEN:
        raise InvalidTransition
    for payment in line.payments.filter(mistaken=False).order_by("pk"):
        reverse_payment(payment, actor=actor, reason=reason, kind=ReversalKind.MISTAKE)
    Learnt.objects.filter(line=line, removed_at=None).update(removed_at=clock.now())
    move(line, to=LineState.OPEN, field="state", decided_by=None, note="")
    record("line.undone", line, actor=actor, reason=reason)
    rematch(StatementLine.objects.filter(pk=line.pk))
    return line


@transaction.atomic
def forget(learnt: Learnt, *, actor: User) -> Learnt:
    """Take back what a decision taught. Raises InvalidTransition when it was taken back already."""
    lock(learnt)
    if learnt.removed_at:
        raise InvalidTransition
    learnt.removed_at = clock.now()
    learnt.save(update_fields=["removed_at", "updated_at"])
    record("learnt.removed", learnt.institution, actor=actor, key=learnt.key)
    return learnt


def summary(statement: BankStatement) -> dict[str, Any]:
    """Counts and sums of a statement's lines, for the page and the paper."""
    rows = list(statement.lines.all())
    by_state: dict[str, list[StatementLine]] = {state: [row for row in rows if row.state == state] for state in LineState.values}
    return {
        "count": len(rows),
        "sum": sum((row.amount for row in rows), Decimal(0)),
        **{state: len(found) for state, found in by_state.items()},
        **{f"{state}_sum": sum((row.amount for row in found), Decimal(0)) for state, found in by_state.items()},
        "by_class": Counter(row.verdict for row in by_state[LineState.OPEN]),
    }
