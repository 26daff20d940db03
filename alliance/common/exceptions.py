"""What the domain refuses, in words a person can act on."""

from collections.abc import Sequence
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A request the domain refuses. `message` is shown to the person, translated; `field` names the form field it belongs to, if any."""

    message: ClassVar[str | Promise] = _("This cannot be done.")
    field: str | None = None

    def __init__(self, message: str | Promise | None = None, *, field: str | None = None) -> None:
        self.text = message or type(self).message
        self.field = field or type(self).field
        super().__init__(self.text)

    def __str__(self) -> str:
        return str(self.text)


class InvalidTransition(DomainError):
    """The record has moved on: somebody else decided, or the step does not exist from here."""

    message = _("Meanwhile the state of this record has changed. Reload the page to see what happened.")


class NotPermitted(DomainError):
    """The actor may not do this."""

    message = _("You do not have permission to do this.")


class Busy(DomainError):
    """A lock was not free within the time limit."""

    message = _("Many people are working on this right now. Nothing was changed; try again in a moment.")


class Refusals(DomainError):
    """Several refusals at once (for example one per row of an import)."""

    def __init__(self, errors: Sequence[str]) -> None:
        self.errors = list(errors)
        super().__init__("\n".join(str(error) for error in self.errors))
