"""From the file to the records and back."""

import datetime as dt
from collections import Counter
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, models, transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.common import clock
from alliance.common.audit import record
from alliance.common.exceptions import DomainError
from alliance.common.files import SPREADSHEETS, store
from alliance.common.locking import advisory_lock, lock
from alliance.common.models.sheets import RowOutcome, SheetImport, SheetMapping, SheetRow, SheetState
from alliance.common.sheets.kinds import Recorder, Row, SheetKind, Verdict, sheet_kind
from alliance.common.sheets.reading import find_header, guess_mapping, mapped, read_rows, signature
from alliance.common.transitions import move


class NotTheSame(DomainError):
    """Between preview and button, somebody else changed something."""

    message = gettext_lazy("The data have changed since the preview. Look at the new preview, then take it over.")


class CannotUndo(DomainError):
    """Something was built on what the import made."""


@transaction.atomic
def begin_import(kind: SheetKind, upload: UploadedFile, *, actor: Any) -> SheetImport:
    """Keep the file, find its header, name its columns by memory or by their names. Nothing of it is taken over.

    Raises UploadRefused, SheetUnreadable.
    """
    stored = store(upload, owner=None, purpose=f"sheet-{kind.code}", actor=actor, allowed=SPREADSHEETS)
    with stored.content.open("rb") as handle:
        rows = read_rows(handle.read())
    header_row = find_header(rows, kind.columns)
    header = rows[header_row]
    remembered = SheetMapping.objects.filter(kind=kind.code, signature=signature(header)).first()
    mapping = remembered.mapping if remembered else guess_mapping(header, kind.columns)
    return SheetImport.objects.create(kind=kind.code, file=stored, header_row=header_row, header=header, mapping=mapping, started_by=actor)


@transaction.atomic
def preview(run: SheetImport, mapping: dict[str, int]) -> SheetImport:
    """Judge each row with these columns, keep the verdicts, remember the columns for the next file with this header."""
    lock(run)
    kind = sheet_kind(run.kind)
    missing = [str(column.label) for column in kind.columns if column.required and column.name not in mapping]
    if missing:
        raise DomainError(_("Say which column is: %(names)s.") % {"names": "、".join(missing)})
    if run.state == SheetState.PREVIEW:
        move(run, to=SheetState.MAPPING, field="state")
    _judge_again(run, kind, mapping)
    SheetMapping.objects.update_or_create(kind=run.kind, signature=signature(run.header), defaults={"mapping": mapping})
    move(run, to=SheetState.PREVIEW, field="state", mapping=mapping, counts=run.counts)
    return run


@transaction.atomic
def apply_import(run: SheetImport, *, actor: Any, only_good: bool) -> SheetImport:
    """Take over the rows: all of them, or with `only_good` those without an error. Raises NotTheSame, DomainError; then nothing was changed."""
    advisory_lock(f"sheet:{run.kind}")
    lock(run)
    if run.state != SheetState.PREVIEW:
        raise DomainError(_("This import has been taken over already."))
    kind = sheet_kind(run.kind)
    judged = _judge(run, kind, run.mapping)
    if _told(judged) != list(run.rows.values_list("number", "outcome", "changes")):
        raise NotTheSame
    if not only_good and any(verdict.outcome == RowOutcome.ERROR for _number, _row, verdict in judged):
        raise DomainError(_("Some rows have errors. Mend the file, or take over only the good rows."))
    recorder = Recorder(run)
    for number, row, verdict in judged:
        if verdict.outcome in {RowOutcome.NEW, RowOutcome.CHANGE}:
            _write(kind, number, row, recorder, actor)
    move(run, to=SheetState.APPLIED, field="state", only_good=only_good, applied_at=clock.now())
    record("sheet.applied", run, actor=actor, kind=run.kind, file=run.file.name, **run.counts)
    return run


@transaction.atomic
def refresh_preview(run: SheetImport) -> SheetImport:
    """Judge the rows anew with the same columns."""
    return preview(run, run.mapping)


@transaction.atomic
def undo_import(run: SheetImport, *, actor: Any) -> SheetImport:
    """Take back all that the import did, newest first: records it made go, values it changed come back.

    Raises CannotUndo with the record when something was changed or built on it since; then nothing is undone.
    """
    advisory_lock(f"sheet:{run.kind}")
    lock(run)
    kind = sheet_kind(run.kind)
    for change in run.changes.select_related("content_type").order_by("-pk"):
        obj = change.target
        if obj is None:
            continue
        try:
            with transaction.atomic():
                if change.created:
                    kind.undo_created(obj, actor)
                else:
                    _restore(kind, obj, change.before, change.after)
        except (ProtectedError, RestrictedError, DatabaseError) as error:
            raise CannotUndo(_("“%(record)s” is in use by now, so the import cannot be undone as a whole.") % {"record": obj}) from error
    move(run, to=SheetState.UNDONE, field="state", undone_at=clock.now())
    record("sheet.undone", run, actor=actor, kind=run.kind, file=run.file.name)
    return run


def _restore(kind: SheetKind, obj: models.Model, before: dict[str, Any], after: dict[str, Any]) -> None:
    fields = {name: obj._meta.get_field(name) for name in before}
    for name, field in fields.items():
        current = getattr(obj, field.attname) if field.is_relation else getattr(obj, name)
        if str(current if current is not None else "") != str(after[name] if after[name] is not None else ""):
            raise CannotUndo(_("“%(record)s” was changed after the import: %(field)s.") % {"record": obj, "field": field.verbose_name})
        setattr(obj, field.attname if field.is_relation else name, before[name] if before[name] is None else field.to_python(before[name]))
    kind.undo_changed(obj, list(before))


def _judge(run: SheetImport, kind: SheetKind, mapping: dict[str, int]) -> list[tuple[int, Row, Verdict]]:
    with run.file.content.open("rb") as handle:
        rows = mapped(read_rows(handle.read()), run.header_row, mapping)
    kind.begin()
    seen: dict[str, int] = {}
    judged = []
    for number, row in rows:
        verdict = kind.judge(row)
        key = kind.key(row)
        if verdict.outcome not in {RowOutcome.ERROR, RowOutcome.SAME} and key in seen:
            verdict = Verdict(RowOutcome.ERROR, verdict.label, _("Row %(row)s says the same; keep one of them.") % {"row": seen[key]})
        seen.setdefault(key, number)
        judged.append((number, row, verdict))
    return judged


def _judge_again(run: SheetImport, kind: SheetKind, mapping: dict[str, int]) -> None:
    judged = _judge(run, kind, mapping)
    run.rows.all().delete()
    SheetRow.objects.bulk_create(
        SheetRow(run=run, number=number, outcome=v.outcome, label=v.label[:200], reason=v.reason[:500], changes=v.changes) for number, _row, v in judged
    )
    run.counts = {str(outcome): count for outcome, count in Counter(v.outcome for _n, _r, v in judged).items()}


def _told(judged: list[tuple[int, Row, Verdict]]) -> list[tuple[int, str, dict[str, list[str]]]]:
    return [(number, str(verdict.outcome), verdict.changes) for number, _row, verdict in judged]


def _write(kind: SheetKind, number: int, row: Row, recorder: Recorder, actor: Any) -> None:
    try:
        with transaction.atomic():
            kind.write(row, recorder, actor)
    except DomainError as error:
        raise DomainError(_("Row %(row)s: %(why)s Nothing was taken over.") % {"row": number, "why": error}) from error
    except DatabaseError as error:
        raise DomainError(_("Row %(row)s contradicts what is in the register. Nothing was taken over.") % {"row": number}) from error


def as_date(text: str) -> dt.date | None:
    """A date as people write it in tables (2025-03-05, 2025/3/5, 2025.3.5, 2025年3月5日, 20250305); None when it is none."""
    digits = "".join(c if c.isdigit() else " " for c in text.split(" ", maxsplit=1)[0]).split()
    if len(digits) == 1 and len(digits[0]) == 8:
        digits = [digits[0][:4], digits[0][4:6], digits[0][6:]]
    if len(digits) == 2 and len(digits[0]) == 4:
        digits.append("1")
    try:
        return dt.date(*map(int, digits)) if len(digits) == 3 and len(digits[0]) == 4 else None
    except ValueError:
        return None
