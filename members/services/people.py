"""People of a unit, as its liaison or staff keep them."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.clock import today
from alliance.common.exceptions import DomainError
from alliance.common.locking import advisory_lock, lock
from members.enums import PersonRole
from members.models import Affiliation, Institution, Person, User
from members.services.accounts import ensure_user
from members.services.naming import keep_english_name


class LastLiaison(DomainError):
    """A unit without a liaison cannot be reached."""

    message = _("This is the unit's last liaison. Name a successor first.")


class AddressTaken(DomainError):
    """Two people of a unit cannot share an address: a ticket would go to the wrong one."""

    field = "email"


@transaction.atomic
def add_person(
    institution: Institution,
    *,
    name: str,
    email: str,
    role: str,
    actor: User,
    department: str = "",
    post: str = "",
    mobile: str = "",
    since: dt.date | None = None,
) -> Person:
    """Somebody of the unit in a role; one of the same name and address whom the unit has already gets the role only. A liaison and whoever votes in the assembly get an account."""
    advisory_lock(f"people:{institution.pk}")
    address = email.strip().lower()
    known = Person.objects.filter(affiliations__institution=institution, name=name, email=address).first()
    if known is None and address:
        other = Person.objects.filter(affiliations__institution=institution, affiliations__until=None, email=address).exclude(name=name).first()
        if other is not None:
            raise AddressTaken(
                _("The address %(email)s belongs to %(name)s of your unit. Each person needs an address of their own.") % {"email": address, "name": other.name}
            )
    person = known or Person.objects.create(name=name, email=address, department=department, post=post, mobile=mobile)
    if role in {PersonRole.LIAISON, PersonRole.VOTER}:
        give_account(person)
    _affiliation, made = Affiliation.objects.get_or_create(person=person, institution=institution, role=role, until=None, defaults={"since": since or today()})
    if made:
        record("person.added", institution, person, actor=actor, name=name, role=str(role))
    return person


def give_account(person: Person) -> Person:
    """A liaison, or who votes in the assembly, signs in: with the person's address, unless that account is another person's."""
    if person.user_id is None and person.email:
        user = ensure_user(person.email, name=person.name)
        if not Person.objects.filter(user=user).exists():
            person.user = user
            person.save(update_fields=["user", "updated_at"])
    return person


@transaction.atomic
def end_role(affiliation: Affiliation, *, actor: User) -> Affiliation:
    """The person no longer has this role from today on; nothing is deleted. Raises LastLiaison."""
    advisory_lock(f"people:{affiliation.institution_id}")
    lock(affiliation)
    if affiliation.until is not None:
        return affiliation
    if affiliation.role == PersonRole.LIAISON:
        others = Affiliation.objects.filter(institution=affiliation.institution, role=PersonRole.LIAISON, until=None).exclude(pk=affiliation.pk)
        if not others.exists():
            raise LastLiaison
    affiliation.until = max(today(), affiliation.since)
    affiliation.save(update_fields=["until", "updated_at"])
    record("person.role_ended", affiliation.institution, affiliation.person, actor=actor, name=affiliation.person.name, role=affiliation.role)
    return affiliation


@transaction.atomic
def change_institution(institution: Institution, *, actor: User, **values: str | bool) -> Institution:
    """The unit's own data as its liaison or staff keep them; what changed goes into the log."""
    lock(institution)
    changes = {name: [getattr(institution, name), value] for name, value in values.items() if getattr(institution, name) != value}
    if changes:
        for name, (_old, new) in changes.items():
            setattr(institution, name, new)
        institution.save(update_fields=[*changes, "updated_at"])
        record("institution.changed", institution, actor=actor, changes=changes)
        if "name_en" in changes:
            keep_english_name(institution)
    return institution


@transaction.atomic
def move_person(person: Person, *, to: Institution, actor: User, on: dt.date | None = None) -> Affiliation:
    """The person works at another unit from `on` (Beijing date, today without): roles elsewhere end and stay in the history, one as delegate begins.

    Raises LastLiaison where the person is a unit's only liaison.
    """
    day = on or today()
    for affiliation in person.affiliations.filter(until=None).exclude(institution=to).select_related("institution"):
        end_role(affiliation, actor=actor)
    affiliation, _made = Affiliation.objects.get_or_create(person=person, institution=to, role=PersonRole.DELEGATE, until=None, defaults={"since": day})
    record("person.moved", person, to, actor=actor, to=to.name)
    return affiliation
