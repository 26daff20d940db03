"""Papers that were sent in for a ballot while the letters are looked at, and belong to nothing yet."""

import datetime as dt

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet

from alliance.common.models import StoredFile
from council.models import Ballot, Proxy, RevokedProxy

MINUTES, AUTHORITY = "minutes", "proxy"


def kept_files(ballot: Ballot, purpose: str) -> QuerySet[StoredFile]:
    """The scanned minutes, or the written authorities, that are kept for a ballot."""
    return _unused().filter(owner_id=str(ballot.pk), purpose=purpose)


def abandoned_files(before: dt.datetime) -> QuerySet[StoredFile]:
    """What was sent in before that moment and never used: the entry was left half way."""
    return _unused().filter(purpose__in=[MINUTES, AUTHORITY], created_at__lt=before)


def _unused() -> QuerySet[StoredFile]:
    used = [Ballot.objects.exclude(minutes_scan=None).values("minutes_scan"), Proxy.objects.values("authority"), RevokedProxy.objects.values("authority")]
    files = StoredFile.objects.filter(owner_type=ContentType.objects.get_for_model(Ballot))
    for query in used:
        files = files.exclude(pk__in=query)
    return files.order_by("created_at")
