"""Rules of procedure that were entered and are not in force yet."""

from django.db import transaction
from django.forms.models import model_to_dict
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.exceptions import DomainError
from alliance.common.locking import lock
from council.models import Procedure
from council.selectors.electorate import is_to_come
from members.models import User


@transaction.atomic
def withdraw_procedure(procedure: Procedure, *, actor: User, reason: str) -> None:
    """Take rules back before their day (Beijing). What they said stays in the body's history. Raises DomainError once they are in force or were used."""
    lock(procedure)
    if not is_to_come(procedure):
        raise DomainError(_("These rules are in force or were used; enter new ones from a later day instead."))
    said = model_to_dict(procedure, exclude=["id", "body"])
    record("procedure.withdrawn", procedure.body, actor=actor, reason=reason, **said)
    procedure.delete()
