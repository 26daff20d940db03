"""Drafts that nobody touches: closed and emptied in the end; and drafts that their owner deletes."""

import datetime as dt
from collections import Counter
from functools import partial

from django.db import transaction

from alliance.common import clock
from alliance.common.audit import record
from alliance.common.exceptions import InvalidTransition
from alliance.common.locking import lock
from alliance.common.models import Organisation
from alliance.common.transitions import move
from members.answers import PARTS
from members.enums import WITH_APPLICANT, ApplicationStatus
from members.models import Application, User


def sweep_drafts() -> Counter[str]:
    """Close what nobody has touched for too long. The reminders before that are rules of notices. Safe to run any number of times a day."""
    counts: Counter[str] = Counter()
    oldest = clock.now() - dt.timedelta(days=Organisation.load().draft_expiry_days)
    for application in Application.objects.filter(status__in=WITH_APPLICANT, updated_at__lte=oldest):
        expire_draft(application)
        counts["expired"] += 1
    return counts


@transaction.atomic
def expire_draft(application: Application) -> Application:
    """Close it; a draft that was never sent loses its data. Raises InvalidTransition when it was sent in the meantime."""
    lock(application)
    never_sent = not application.submissions.exists()
    move(application, to=ApplicationStatus.EXPIRED)
    if never_sent:
        empty(application)
    record("application.expired", application, source="task:drafts")
    return application


@transaction.atomic
def delete_draft(application: Application, *, actor: User) -> Application:
    """The owner wants it gone: answers, scan and colleagues go; the bare reference stays, since numbers are never used twice.

    Raises InvalidTransition for anything that was ever sent: that is withdrawn instead.
    """
    lock(application)
    if application.status != ApplicationStatus.DRAFT or application.submissions.exists():
        raise InvalidTransition
    move(application, to=ApplicationStatus.WITHDRAWN)
    empty(application)
    record("application.deleted", application, actor=actor)
    return application


def empty(application: Application) -> None:
    """Remove all answers and the scan with its bytes; the caller holds the lock."""
    for name in {name for part in PARTS for name in part.fields} | {"scan_remark"}:
        field = application._meta.get_field(name)
        setattr(application, name, None if field.null else field.get_default())  # type: ignore[union-attr]
    files = [stored for stored in (application.scan, application.scan_seal) if stored is not None]
    application.scan = application.scan_seal = application.scan_reading = None
    application.scan_digest = ""
    application.save()
    application.answers.all().delete()
    application.editors.exclude(user=application.applicant).delete()
    application.invitations.all().delete()
    application.prints.all().delete()
    for stored in files:
        stored.delete()
        transaction.on_commit(partial(stored.content.storage.delete, str(stored.content.name)))
