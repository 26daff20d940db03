"""The form as it is printed: what a scan of an older print is told by."""

from typing import Any

from django.db import transaction

from alliance.common.clock import local_date
from members.answers import digest, snapshot
from members.models import Application, PrintedForm
from members.scans.mark import DIGEST_LENGTH


@transaction.atomic
def keep_print(application: Application) -> PrintedForm:
    """Remember the present content as printed; a content that was printed before keeps the date of its first print."""
    values = {"round": application.round, "snapshot": snapshot(application)}
    row, _made = PrintedForm.objects.get_or_create(application=application, digest=digest(application), defaults=values)
    return row


def told_apart(application: Application, seen: list[str]) -> list[dict[str, Any]]:
    """Of the content digests `seen` on a scan (first 16 digits), those of earlier prints: `printed` (Beijing date) and the `fields` changed since."""
    current = snapshot(application)
    found = []
    for row in application.prints.all():
        if row.digest[:DIGEST_LENGTH] in seen and row.digest != digest(application):
            names = [name for name in {**row.snapshot, **current} if str(row.snapshot.get(name)) != str(current.get(name))]
            found.append({"printed": local_date(row.printed_at).isoformat(), "fields": names})
    return found
