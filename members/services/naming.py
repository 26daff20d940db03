"""The names an institution goes by: added, renamed with the date, taken away."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.exceptions import DomainError
from alliance.common.locking import advisory_lock, lock
from members.enums import AliasKind
from members.models import Institution, InstitutionAlias, User
from members.names import normalise
from members.services.importing import alias_row


class NameTaken(DomainError):
    """Two institutions of one official name cannot be told apart."""

    message = _("Another institution has this official name.")
    field = "name"


class NoName(DomainError):
    """Nothing that a search could find."""

    message = _("The name has no letter.")
    field = "name"


@transaction.atomic
def add_institution(*, name: str, actor: User, **values: str | None) -> Institution:
    """A university that the ministry's list does not have (military, overseas, new). Raises NameTaken, NoName."""
    _usable(name)
    if Institution.objects.filter(name=name).exists():
        raise NameTaken
    institution = Institution.objects.create(name=name, is_listed=False, **values)
    alias_row(institution, name, AliasKind.OFFICIAL).save()
    keep_english_name(institution)
    record("record.added", institution, actor=actor, kind="members.institution")
    return institution


@transaction.atomic
def add_name(institution: Institution, *, name: str, kind: str, ambiguous: bool, valid_until: dt.date | None = None, actor: User) -> InstitutionAlias:
    """Another name (short, former, English). When others go by it too, all of them are marked as ambiguous: it never decides alone again. Raises NoName."""
    _usable(name)
    advisory_lock("names")
    known = institution.aliases.filter(name=name, kind=kind).first()
    if known is not None:
        raise DomainError(_("The institution has this name already."))
    others = InstitutionAlias.objects.filter(search_text=normalise(name)).exclude(institution=institution).exclude(kind=AliasKind.OFFICIAL)
    shared = others.filter(institution__merged_into=None).exists()
    others.update(ambiguous=True)
    alias = alias_row(institution, name, kind, ambiguous=ambiguous or shared, valid_until=valid_until)
    alias.save()
    record("institution.name_added", institution, actor=actor, name=name, kind=str(kind))
    return alias


@transaction.atomic
def rename_institution(institution: Institution, *, name: str, on: dt.date, actor: User) -> Institution:
    """Another official name from `on` (Beijing date); the old one stays as a former name and goes on finding it. Raises NameTaken, NoName."""
    _usable(name)
    lock(institution)
    old = institution.name
    if name == old:
        raise DomainError(_("The institution has this name already."))
    if Institution.objects.filter(name=name).exists():
        raise NameTaken
    institution.name = name
    institution.save(update_fields=["name", "updated_at"])
    institution.aliases.filter(kind=AliasKind.OFFICIAL).delete()
    institution.aliases.filter(kind=AliasKind.FORMER, name=name).delete()
    if not institution.aliases.filter(kind=AliasKind.FORMER, name=old).exists():
        alias_row(institution, old, AliasKind.FORMER, valid_until=on).save()
    alias_row(institution, name, AliasKind.OFFICIAL).save()
    record("institution.renamed", institution, actor=actor, old=old, new=name, on=on.isoformat())
    return institution


@transaction.atomic
def remove_name(alias: InstitutionAlias, *, actor: User) -> None:
    """A wrong name goes. Raises DomainError for the official one: that is changed by renaming."""
    if alias.kind == AliasKind.OFFICIAL:
        raise DomainError(_("The official name is changed by renaming the institution."))
    record("institution.name_removed", alias.institution, actor=actor, name=alias.name, kind=alias.kind)
    alias.delete()


def keep_english_name(institution: Institution) -> InstitutionAlias | None:
    """The English name finds the institution, too; returns the row that was made for it. An earlier English name goes on finding it."""
    name = institution.name_en
    if not name or not normalise(name) or institution.aliases.filter(name=name).exists():
        return None
    alias = alias_row(institution, name, AliasKind.ENGLISH)
    alias.save()
    return alias


def _usable(name: str) -> None:
    if not normalise(name):
        raise NoName
