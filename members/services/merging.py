"""Two records of one institution, or of one person, become one: everything that pointed to the one that goes points to the one that stays."""

from dataclasses import dataclass

import pgtrigger
from django.db import DatabaseError, models, transaction
from django.utils.translation import gettext as _

from alliance.common.audit import record
from alliance.common.clock import today
from alliance.common.exceptions import DomainError
from alliance.common.locking import advisory_lock, lock
from members.enums import AliasKind
from members.models import Affiliation, Institution, InstitutionAlias, Person, User
from members.services.importing import alias_row

# Triggers of upper floors that fix who a record belongs to, for everybody but a merge: "app.Model:trigger".
_fixed_for_others: list[str] = []


def let_merges_pass(trigger: str) -> None:
    """Name a trigger that would refuse to re-point a record, although the merge is no change of who it is about."""
    _fixed_for_others.append(trigger)


class CannotMerge(DomainError):
    """The two cannot become one."""


@dataclass(frozen=True)
class Moved:
    """How many rows of which kind would change hands."""

    label: str
    count: int


def preview_merge(gone: models.Model) -> list[Moved]:
    """What points to the record that would go, by kind; history tables are left out. Changes nothing."""
    found = []
    for relation in _relations(type(gone)):
        count = relation.related_model._base_manager.filter(**{relation.field.name: gone}).count()
        if count:
            found.append(Moved(str(relation.related_model._meta.verbose_name_plural), count))
    return found


@transaction.atomic
def merge_institutions(keep: Institution, gone: Institution, *, actor: User) -> Institution:
    """Everything of `gone` goes to `keep`, its names become former names of `keep`, and `gone` stays as a pointer.

    Raises CannotMerge when `gone` has been a member or has money documents: those are evidence and are never re-written; merge the other way round.
    """
    advisory_lock("merge:institutions")
    lock(keep), lock(gone)
    _check(keep, gone)
    if gone.memberships.exists():
        raise CannotMerge(_("%(name)s has a membership of its own. Merge the other record into it instead.") % {"name": gone.name})
    moved = preview_merge(gone)
    for alias in list(gone.aliases.all()):
        kind = AliasKind.FORMER if alias.kind == AliasKind.OFFICIAL else alias.kind
        if not keep.aliases.filter(name=alias.name).exists():
            alias_row(keep, alias.name, kind, ambiguous=alias.ambiguous, valid_until=today() if kind == AliasKind.FORMER else alias.valid_until).save()
    InstitutionAlias.objects.filter(institution=gone).delete()
    _end_doubles(keep, gone)
    _repoint(gone, keep)
    for name in ("moe_code", "credit_code", "name_en", "province", "city"):
        if not getattr(keep, name) and getattr(gone, name):
            value = getattr(gone, name)
            if name == "moe_code":
                Institution.objects.filter(pk=gone.pk).update(moe_code=None)
            setattr(keep, name, value)
    keep.save()
    gone.refresh_from_db()
    gone.merged_into, gone.is_listed = keep, False
    gone.save(update_fields=["merged_into", "is_listed", "updated_at"])
    record("institution.merged", keep, gone, actor=actor, kept=keep.name, gone=gone.name, moved={row.label: row.count for row in moved})
    return keep


@transaction.atomic
def merge_people(keep: Person, gone: Person, *, actor: User) -> Person:
    """Everything of `gone` goes to `keep`; `gone` stays as a pointer without contact data.

    Raises CannotMerge when both sign in with accounts of their own.
    """
    advisory_lock("merge:people")
    lock(keep), lock(gone)
    _check(keep, gone)
    if keep.user_id and gone.user_id:
        raise CannotMerge(_("Both have an account to sign in with. Switch one of the accounts off and take it from its person first."))
    moved = preview_merge(gone)
    user = gone.user
    gone.user = None
    gone.save(update_fields=["user", "updated_at"])
    for affiliation in gone.affiliations.filter(until=None):
        if keep.affiliations.filter(institution=affiliation.institution, role=affiliation.role, until=None).exists():
            Affiliation.objects.filter(pk=affiliation.pk).update(until=max(today(), affiliation.since))
    _repoint(gone, keep)
    for name in ("department", "post", "mobile", "email"):
        if not getattr(keep, name):
            setattr(keep, name, getattr(gone, name))
    keep.user = keep.user or user
    keep.save()
    gone.refresh_from_db()
    gone.merged_into, gone.email, gone.mobile = keep, "", ""
    gone.save(update_fields=["merged_into", "email", "mobile", "updated_at"])
    record("person.merged", keep, gone, actor=actor, kept=keep.name, gone=gone.name, moved={row.label: row.count for row in moved})
    return keep


def _check(keep: models.Model, gone: models.Model) -> None:
    if keep.pk == gone.pk:
        raise CannotMerge(_("This is the same record."))
    if keep.merged_into_id or gone.merged_into_id:  # type: ignore[attr-defined]
        raise CannotMerge(_("One of the two has been merged already."))


def _relations(model: type[models.Model]) -> list[models.ForeignObjectRel]:
    skipped = {"merged_into", "pgh_obj"}
    return [r for r in model._meta.related_objects if r.field.name not in skipped and not r.related_model._meta.model_name.endswith("event")]  # type: ignore[union-attr]


def _end_doubles(keep: Institution, gone: Institution) -> None:
    """A person who held one role at both holds it once."""
    for affiliation in gone.affiliations.filter(until=None):
        if keep.affiliations.filter(person=affiliation.person, role=affiliation.role, until=None).exists():
            Affiliation.objects.filter(pk=affiliation.pk).update(until=max(today(), affiliation.since))


def _repoint(gone: models.Model, keep: models.Model) -> None:
    for relation in _relations(type(gone)):
        rows = relation.related_model._base_manager.filter(**{relation.field.name: gone})
        try:
            with transaction.atomic(), pgtrigger.ignore(*_fixed_for_others):
                rows.update(**{relation.field.name: keep})
        except DatabaseError as error:
            label = relation.related_model._meta.verbose_name_plural
            raise CannotMerge(_("The %(kind)s of both contradict each other, or are fixed for ever, so they cannot be joined.") % {"kind": label}) from error
