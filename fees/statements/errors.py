"""What is said of a file that is no statement."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliance.common.exceptions import DomainError


class StatementError(DomainError):
    """The file is no statement, or a row of it cannot be understood. `row` is the row of the file, from 1."""

    message = _("The file cannot be read as a bank statement.")

    def __init__(self, message: str | Promise | None = None, row: int | None = None) -> None:
        self.row = row
        text = str(message or self.message)
        super().__init__(str(_("Row %(row)s: %(text)s") % {"row": row, "text": text}) if row else text)


class UnknownLayout(StatementError):
    """No header that we know. `table` has the first rows, so that a person can say which column is what."""

    message = _("The columns of this statement are not known. Say once which is which; it is remembered.")

    def __init__(self, table: list[list[str]]) -> None:
        super().__init__()
        self.table = table
