"""Taking over the ministry's list: what would change, and the change."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.clock import today
from alliance.common.exceptions import DomainError
from alliance.common.jobs import job_kind, label_summary
from alliance.common.locking import advisory_lock
from alliance.common.models import Job
from alliance.common.models.jobs import Outcome
from members.enums import AliasKind
from members.importing.moe import ListedInstitution, read_list
from members.models import Institution, InstitutionAlias
from members.names import initials, normalise, pinyin

FIELDS = ("name", "province", "city", "level", "authority", "ownership")
BATCH = 500


@dataclass
class Plan:
    """What taking over a list would do."""

    new: list[ListedInstitution] = field(default_factory=list)
    changed: list[tuple[Institution, ListedInstitution, dict[str, tuple[str, str]]]] = field(default_factory=list)
    same: int = 0
    missing: list[Institution] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """The numbers of a summary."""
        renamed = sum("name" in changes for _institution, _row, changes in self.changed)
        return {"new": len(self.new), "changed": len(self.changed), "renamed": renamed, "same": self.same, "missing": len(self.missing)}


def plan_import(listed: list[ListedInstitution]) -> Plan:
    """Compare a list with the register, by code, and by name where the register has no code yet. Changes nothing."""
    institutions = list(Institution.objects.all())
    by_code = {institution.moe_code: institution for institution in institutions if institution.moe_code}
    by_name = {institution.name: institution for institution in institutions if not institution.moe_code}
    plan = Plan()
    seen = set()
    for row in listed:
        institution = by_code.get(row.moe_code) or by_name.get(row.name)
        if institution is None:
            plan.new.append(row)
            continue
        seen.add(institution.pk)
        changes = {name: (getattr(institution, name), getattr(row, name)) for name in FIELDS if getattr(institution, name) != getattr(row, name)}
        if not institution.is_listed or institution.moe_code != row.moe_code:
            changes["moe_code"] = (institution.moe_code or "", row.moe_code)
        if changes:
            plan.changed.append((institution, row, changes))
        else:
            plan.same += 1
    plan.missing = [institution for institution in institutions if institution.pk not in seen and institution.moe_code and institution.is_listed]
    return plan


@transaction.atomic
def import_institutions(
    listed: list[ListedInstitution], *, actor: Any = None, source: str = "", progress: Callable[[int, int], None] = lambda done, total: None
) -> Plan:
    """Take over the list, all of it or nothing: new universities are added, changed ones changed, an old name is kept as a former one.

    Universities that are not in the list any more stay, and are reported. A second import of one list changes nothing.
    """
    advisory_lock("import:institutions")
    plan = plan_import(listed)
    total = len(plan.new) + len(plan.changed)
    _free_names(plan)
    for done, (institution, row, changes) in enumerate(plan.changed, start=1):
        _update(institution, row, changes, actor=actor, source=source)
        if done % 100 == 0:
            progress(done, total)
    for start in range(0, len(plan.new), BATCH):
        _create(plan.new[start : start + BATCH])
        progress(len(plan.changed) + min(start + BATCH, len(plan.new)), total)
    return plan


def alias_row(institution: Institution, name: str, kind: str, **values: Any) -> InstitutionAlias:
    """An alias with the forms that the search compares; not saved."""
    return InstitutionAlias(
        institution=institution, name=name, kind=kind, search_text=normalise(name)[:200], pinyin=pinyin(name)[:400], initials=initials(name)[:120], **values
    )


def _create(rows: list[ListedInstitution]) -> None:
    made = Institution.objects.bulk_create(Institution(moe_code=row.moe_code, **{name: getattr(row, name) for name in FIELDS}) for row in rows)
    InstitutionAlias.objects.bulk_create(alias_row(institution, institution.name, AliasKind.OFFICIAL) for institution in made)


def _free_names(plan: Plan) -> None:
    """Two universities may swap names in one list; park the old ones so that neither stands in the other's way."""
    renamed = [institution for institution, _row, changes in plan.changed if "name" in changes]
    for institution in renamed:
        Institution.objects.filter(pk=institution.pk).update(name=f"{institution.name[:100]} #{institution.pk}")


def _update(institution: Institution, row: ListedInstitution, changes: dict[str, tuple[str, str]], *, actor: Any, source: str) -> None:
    for name in FIELDS:
        setattr(institution, name, getattr(row, name))
    institution.moe_code, institution.is_listed = row.moe_code, True
    institution.save()
    if "name" in changes:
        old, new = changes["name"]
        institution.aliases.filter(kind=AliasKind.OFFICIAL).delete()
        if not institution.aliases.filter(name=old, kind=AliasKind.FORMER).exists():
            alias_row(institution, old, AliasKind.FORMER, valid_until=today()).save()
        alias_row(institution, new, AliasKind.OFFICIAL).save()
    record("institution.imported", institution, actor=actor, source=source, changes={name: list(pair) for name, pair in changes.items()})


label_summary({"new": _("New"), "changed": _("Changed"), "renamed": _("Renamed"), "same": _("Unchanged"), "missing": _("No longer in the list")})


def in_words(changes: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Changes with labels instead of columns, and choices in words."""
    told = {}
    for name, pair in changes.items():
        field = Institution._meta.get_field(name)
        labels = dict(field.flatchoices)  # type: ignore[union-attr]
        told[str(field.verbose_name)] = (str(labels.get(pair[0], pair[0])), str(labels.get(pair[1], pair[1])))  # type: ignore[union-attr]
    return told


@job_kind("import_institutions", label=_("Import of the ministry's list"))
def run_import(job: Job) -> None:
    """The background job: reads the job's file and takes it over."""
    if job.file is None:
        raise DomainError(_("The job has no file."))
    with job.file.content.open("rb") as handle:
        listed = read_list(handle.read())
    plan = import_institutions(listed, actor=job.started_by, progress=job.progress)
    for institution, _row, changes in plan.changed:
        job.row(Outcome.DONE, institution.name, "；".join(f"{name}：{old or '—'} → {new}" for name, (old, new) in in_words(changes).items()))
    for institution in plan.missing:
        job.row(Outcome.SKIPPED, institution.name, str(_("Not in this list; kept as it is.")))
    job.summary = plan.counts()
    job.done = job.total = len(listed)
