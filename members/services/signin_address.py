"""With which address, and so with which account, a person signs in."""

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.exceptions import DomainError
from alliance.common.locking import lock
from members.models import Application, ApplicationEditor, Person, User
from members.services.people import AddressTaken


class AccountBound(DomainError):
    """An account of staff, of somebody else, or one that was switched off on purpose, changes hands by nobody's invitation."""

    message = _("This person signs in with another account, which cannot be exchanged here. Please ask the secretariat.")


@transaction.atomic
def hand_account(person: Person, *, to: User, actor: User) -> Person:
    """From now on the person signs in with `to`, who works on the same applications as the account before.

    The caller has made sure that the person and the holder of `to` are one. Raises AccountBound where the account so far is one of staff or is
    switched off, and where `to` is switched off or another person's.
    """
    lock(person)
    old = person.user
    if old == to:
        return person
    if old is not None and (not old.is_active or old.roles):
        raise AccountBound
    if not to.is_active or Person.objects.filter(user=to).exists():
        raise AccountBound
    person.user = to
    person.save(update_fields=["user", "updated_at"])
    if old is not None:
        for application in Application.objects.filter(editors__user=old):
            ApplicationEditor.objects.get_or_create(application=application, user=to)
        record("person.account_changed", person, actor=actor, before=old.email, after=to.email)
    return person


@transaction.atomic
def change_signin_address(person: Person, *, email: str, actor: User) -> Person:
    """The person's address and that of the account move together; whoever is signed in with the old one is signed out.

    Where the new address has an account of nobody's already (asking for a code is enough for one), the person gets that one. Raises AddressTaken for
    an address of somebody else, AccountBound for an account of staff, DomainError for a person without an account.
    """
    lock(person)
    user = person.user
    if user is None:
        raise DomainError(_("This person has no account to sign in with."))
    if user.roles:
        raise AccountBound(_("This is an account of staff: its address is not changed here. Give the new address the role and withdraw this one's."))
    address = User.objects.normalize_email(email)
    _check_free(person, address)
    before = user.email
    other = User.objects.filter(email=address).exclude(pk=user.pk).first()
    if other is not None:
        hand_account(person, to=other, actor=actor)
    else:
        user.email = address
        had_rows, _rows = EmailAddress.objects.filter(user=user).delete()
        if had_rows:
            # Not verified: the next sign-in code proves it.
            EmailAddress.objects.create(user=user, email=address, primary=True)
    # Only staff have passwords; a new unusable one ends every session of the account, on whatever device.
    user.set_unusable_password()
    user.save(update_fields=["email", "password"])
    UserSession.objects.filter(user=user).delete()
    person.email = address
    person.save(update_fields=["email", "updated_at"])
    record("person.signin_changed", person, actor=actor, before=before, after=address)
    return person


def _check_free(person: Person, address: str) -> None:
    holder = Person.objects.filter(user__email=address).exclude(pk=person.pk).first()
    units = person.affiliations.filter(until=None).values("institution")
    holder = holder or Person.objects.filter(affiliations__institution__in=units, affiliations__until=None, email=address).exclude(pk=person.pk).first()
    if holder is not None:
        raise AddressTaken(_("The address %(email)s belongs to %(name)s already.") % {"email": address, "name": holder.name})
    if User.objects.filter(email=address, staff_roles__isnull=False).exists():
        raise AddressTaken(_("The address %(email)s is that of an account of staff.") % {"email": address})
