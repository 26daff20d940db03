"""Personal data: what we hold of somebody, erasing it, and the times after which it goes by itself (PIPL art. 45, 47)."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pgtrigger
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from alliance.common import clock
from alliance.common.audit import record
from alliance.common.exceptions import DomainError
from alliance.common.files import erase_bytes
from alliance.common.jobs import job_kind, label_summary, start_job
from alliance.common.locking import advisory_lock, lock
from alliance.common.models import Job, LogEntry, Organisation, OutboxMessage, StoredFile
from alliance.common.models.jobs import Outcome
from members.enums import APPLICATION_OPEN, ApplicationStatus
from members.models import Affiliation, Application, Person, User
from members.services.erasing import (
    ERASED,
    addresses_of,
    forget_account,
    forget_in_applications,
    forget_in_log,
    forget_in_mails,
    forget_invitations,
    forget_thread,
    named_in,
)

CLOSED = (ApplicationStatus.DECLINED, ApplicationStatus.WITHDRAWN, ApplicationStatus.EXPIRED)
CONTACT_FIELDS = (
    "head_name", "head_post", "head_email", "liaison_name", "liaison_post", "liaison_mobile", "liaison_email",
    "finance_name", "finance_phone", "finance_email",
)  # fmt: skip


class StillNeeded(DomainError):
    """The law lets one keep what a running relation needs."""

    message = _("This person holds a role of a unit, or a seat. End the roles first; then the data can be erased.")


def export_person(person: Person, *, actor: User) -> dict[str, Any]:
    """Everything we hold of a person, as plain data for a JSON file; the export itself is recorded."""
    addresses = addresses_of(person)
    record("person.exported", person, actor=actor)
    related = [r for r in Person._meta.related_objects if not r.related_model.__name__.endswith("Event") and r.field.name != "merged_into"]
    return {
        "person": {f.name: _plain(getattr(person, f.attname)) for f in person._meta.concrete_fields},
        "account": None if person.user is None else {"email": person.user.email, "name": person.user.name, "last_login": _plain(person.user.last_login)},
        # By model and by what the person is in it: one can be both the giver and the holder of a proxy.
        "records": {
            f"{r.related_model._meta.label_lower}.{r.field.name}": [_readable(row) for row in r.related_model._base_manager.filter(**{r.field.name: person})]
            for r in related
        },
        "applications": [
            {"reference": row.reference, "status": row.status, **{name: _plain(getattr(row, name)) for name in CONTACT_FIELDS}}
            for row in (Application.objects.filter(named_in(addresses)) if addresses else ())
        ],
        "mails": list(OutboxMessage.objects.filter(recipient__in=addresses).order_by("pk").values("subject", "body_text", "created_at", "state")),
        "actions": [{"action": entry.action, "at": _plain(entry.occurred_at)} for entry in LogEntry.objects.filter(actor__person=person).order_by("pk")],
    }


@transaction.atomic
def erase_person(person: Person, *, actor: Any = None, source: str = "") -> Person:
    """Remove name and contact data, also where applications, mails and the log name the person; what the person did stays, without the name.

    Raises StillNeeded while any role is in force, or an application that names the person is under way.
    """
    advisory_lock(f"person:{person.pk}")
    lock(person)
    today = clock.today()
    # A role that begins only later keeps the person, too.
    if person.affiliations.filter(Q(until=None) | Q(until__gt=today)).exists() or person.seats.filter(Q(term_until=None) | Q(term_until__gte=today)).exists():
        raise StillNeeded
    user, name, addresses = person.user, person.name, addresses_of(person)
    if addresses and Application.objects.filter(named_in(addresses), status__in=APPLICATION_OPEN).exists():
        raise StillNeeded(_("An application that names this person is under way. It has to be decided or withdrawn first."))
    forget_in_log(person, {name, *addresses})
    touched = forget_in_applications(addresses)
    forget_in_mails(addresses)
    forget_invitations(addresses)
    person.name, person.department, person.post, person.mobile, person.email = ERASED, "", "", "", ""
    person.user, person.erased_at = None, clock.now()
    person.save()
    if user is not None and not user.is_staff:
        forget_account(user)
    _forget_versions("members_personevent", "pgh_obj_id", person.pk, ("department", "post", "mobile", "email"), name=True)
    record("person.erased", person, *touched, actor=actor, source=source)
    return person


def people_due() -> QuerySet[Person]:
    """People whose last role ended, and whose record was last touched, longer ago than the settings let us keep them."""
    limit = clock.today() - dt.timedelta(days=30 * Organisation.load().retention_people_months)
    in_force = Affiliation.objects.filter(Q(until=None) | Q(until__gte=limit))
    old = Person.objects.filter(erased_at=None, merged_into=None, updated_at__date__lt=limit).exclude(affiliations__in=in_force)
    return old.annotate(last=Max("affiliations__until")).filter(Q(last=None) | Q(last__lt=limit))


def applications_due() -> QuerySet[Application]:
    """Applications that led nowhere, closed longer ago than the settings let us keep their contact data."""
    limit = clock.now() - dt.timedelta(days=30 * Organisation.load().retention_declined_months)
    return Application.objects.filter(status__in=CLOSED, updated_at__lt=limit).exclude(liaison_name=ERASED)


@transaction.atomic
def apply_retention(tell: Callable[[str, str, str], None] = lambda outcome, label, reason: None) -> Counter[str]:
    """Erase people without any role, and contact data of applications that led nowhere, after the times of the settings.

    `tell(outcome, label, reason)` hears of each record, without names. Returns how many of what. Safe to run any number of times.
    """
    counts: Counter[str] = Counter()
    for person in people_due():
        label = f"{_('Person')} {person.pk}"
        try:
            erase_person(person, source="task:retention")
            tell(Outcome.DONE, label, "")
            counts["people"] += 1
        except StillNeeded as reason:
            tell(Outcome.SKIPPED, label, str(reason))
            counts["kept"] += 1
    for application in applications_due():
        erase_contacts(application)
        tell(Outcome.DONE, application.reference, "")
        counts["applications"] += 1
    return counts


def erase_contacts(application: Application) -> None:
    """Take the contact data out of a closed application: also out of its versions, of what was sent in each round, and of its prints.

    Its messages lose their text, its scans and the seal's crop their bytes: names and numbers stand in them, too.
    """
    lock(application)
    for name in CONTACT_FIELDS:
        setattr(application, name, ERASED if name.endswith("_name") else "")
    application.save()
    application.prints.all().delete()
    blanks = {name: getattr(application, name) for name in CONTACT_FIELDS}
    assignments = ", ".join(f"{name} = %s" for name in blanks)
    with pgtrigger.ignore("members.ApplicationEvent:append_only", "members.Submission:append_only"), connection.cursor() as cursor:
        cursor.execute(f"UPDATE members_applicationevent SET {assignments} WHERE pgh_obj_id = %s", [*blanks.values(), application.pk])
        cursor.execute("UPDATE members_submission SET snapshot = snapshot || %s::jsonb WHERE application_id = %s", [json.dumps(blanks), application.pk])
    forget_thread(application)
    owned = StoredFile.objects.filter(owner_type=ContentType.objects.get_for_model(Application), owner_id=str(application.pk))
    for stored in owned.filter(purpose__in=("sealed-form", "seal-crop")):
        erase_bytes(stored, name=ERASED)
    record("person.erased", application, source="task:retention")


label_summary({"people": _("People"), "applications": _("Applications"), "kept": _("Still needed")})


@job_kind("retention", label=_("Retention times applied"))
def run_retention(job: Job) -> None:
    """The background job: its rows are the report of what was erased and what was left."""
    job.summary = dict(apply_retention(job.row))
    job.done = job.total = sum(job.summary.values())


def start_retention() -> bool:
    """Start the job when something is due and none waits; its report stays among the jobs. Returns whether it was started."""
    advisory_lock("retention")
    if not (people_due().exists() or applications_due().exists()):
        return False
    if Job.objects.filter(kind="retention", created_at__date=clock.today()).exists():
        # Once a day is enough, also for somebody who is still needed and stays due.
        return False
    start_job("retention", actor=None, source="task:retention")
    return True


def _forget_versions(table: str, key: str, pk: int, columns: tuple[str, ...], *, name: bool) -> None:
    """The history of versions is append-only for everybody; erasing by law is the one exception, and is itself in the log."""
    assignments = [f"{column} = ''" for column in columns] + (["name = %s"] if name else [])
    with pgtrigger.ignore("members.PersonEvent:append_only"), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {', '.join(assignments)} WHERE {key} = %s", [*([ERASED] if name else []), pk])


def _readable(row: models.Model) -> dict[str, Any]:
    """The columns of a record; what it points to by name, since a number says nothing to the person who asked."""
    return {f.name: _plain(str(getattr(row, f.name) or "") if f.is_relation else getattr(row, f.attname)) for f in row._meta.concrete_fields}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)
