"""What can be imported: each app registers its kinds of rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db import models
from django.utils.functional import Promise

from alliance.common.models.sheets import RowOutcome, SheetChange, SheetImport
from alliance.common.sheets.text import cell_text

Row = dict[str, str]


@dataclass(frozen=True)
class Column:
    """A column of ours; `synonyms` are headers that mean the same."""

    name: str
    label: str | Promise
    synonyms: tuple[str, ...] = ()
    required: bool = False


@dataclass
class Verdict:
    """What taking over a row would do; `changes` maps a label to [old, new]."""

    outcome: str
    label: str
    reason: str = ""
    changes: dict[str, list[str]] = field(default_factory=dict)


class Recorder:
    """Writes down what an import does, so that it can be undone."""

    def __init__(self, run: SheetImport) -> None:
        self.run = run

    def made(self, obj: models.Model) -> None:
        """`obj` was created."""
        SheetChange.objects.create(run=self.run, target=obj, created=True)

    def change(self, obj: models.Model, **values: Any) -> None:
        """Set `values` on `obj` and save; nothing is written when they are there already."""
        # A cell comes in folded (full-width brackets become plain ones): that alone is no change.
        values = {name: value for name, value in values.items() if not (isinstance(value, str) and cell_text(getattr(obj, name)) == cell_text(value))}
        before = {name: _plain(getattr(obj, name)) for name in values}
        after = {name: _plain(value) for name, value in values.items()}
        if before == after:
            return
        for name, value in values.items():
            setattr(obj, name, value)
        obj.save(update_fields=list(values))
        SheetChange.objects.create(run=self.run, target=obj, created=False, before=before, after=after)


class SheetKind:
    """Subclasses are stateless: rows in, verdicts out; then rows in, records out."""

    code: ClassVar[str]
    label: ClassVar[str | Promise]
    permission: ClassVar[str]
    columns: ClassVar[Sequence[Column]]

    def key(self, row: Row) -> str:
        """What two rows of one file may not share."""
        raise NotImplementedError

    def begin(self) -> None:
        """Load what judging needs, once for a file."""

    def judge(self, row: Row) -> Verdict:
        """The verdict on one row. Changes nothing."""
        raise NotImplementedError

    def write(self, row: Row, recorder: Recorder, actor: Any) -> None:
        """Take over one row that was judged new or changed."""
        raise NotImplementedError

    def undo_created(self, obj: models.Model, actor: Any) -> None:
        """Take back a record this import made."""
        obj.delete()

    def undo_changed(self, obj: models.Model, fields: list[str]) -> None:
        """Save `obj`, whose `fields` have been set back to what they were."""
        obj.save(update_fields=fields)

    def export(self) -> Iterable[Row]:
        """All there is, in the shape of the import: importing it again changes nothing."""
        raise NotImplementedError

    def compare(self, label: str, current: Row | None, wanted: Row) -> Verdict:
        """New without a current row; else what would change. A cell that the file leaves empty changes nothing."""
        if current is None:
            return Verdict(RowOutcome.NEW, label)
        names = {column.name: str(column.label) for column in self.columns}
        changes = {names[k]: [current.get(k, ""), v] for k, v in wanted.items() if v and cell_text(current.get(k, "")) != cell_text(v)}
        return Verdict(RowOutcome.CHANGE if changes else RowOutcome.SAME, label, changes=changes)


_kinds: dict[str, SheetKind] = {}


def register_sheet(kind: type[SheetKind]) -> type[SheetKind]:
    """Make a kind known to the import pages; used as a decorator."""
    _kinds[kind.code] = kind()
    return kind


def sheet_kind(code: str) -> SheetKind:
    """The kind of this code. Raises KeyError."""
    return _kinds[code]


def sheet_kinds() -> list[SheetKind]:
    """All kinds, in the order in which they were registered: institutions before memberships before people."""
    return list(_kinds.values())


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)


__all__ = ["Column", "Recorder", "Row", "SheetKind", "Verdict", "register_sheet", "sheet_kind", "sheet_kinds"]
