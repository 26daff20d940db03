"""Accounts and staff roles."""

from typing import Any

from django.db import IntegrityError, transaction

from alliance.common.audit import record
from members.enums import Role
from members.models import StaffRole, User


def ensure_user(email: str, *, name: str = "") -> User:
    """The user with this address, made without a password when there is none. Safe when asked twice at once."""
    address = User.objects.normalize_email(email)
    found = User.objects.filter(email=address).first()
    if found:
        return found
    try:
        with transaction.atomic():
            return User.objects.create_user(address, name=name)
    except IntegrityError:
        return User.objects.get(email=address)


@transaction.atomic
def grant_role(user: User, role: Role, *, actor: Any = None, source: str = "") -> StaffRole:
    """Give a staff role; nothing happens when the user has it already."""
    granted, created = StaffRole.objects.get_or_create(user=user, role=role, defaults={"granted_by": actor})
    if created:
        record("role.granted", user, actor=actor, source=source, role=str(role))
    return granted


@transaction.atomic
def revoke_role(granted: StaffRole, *, actor: Any) -> None:
    """Take a staff role away."""
    record("role.revoked", granted.user, actor=actor, role=granted.role)
    granted.delete()
