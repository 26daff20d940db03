"""One mail a day instead of several, for people who want it so."""

from django.db import transaction
from django.db.models import Q

from alliance.common import clock
from alliance.common.locking import advisory_lock
from alliance.common.models import OutboxMessage
from members.models import Person
from notices import mails
from notices.enums import NoticeState, Purpose, ReleaseState
from notices.models import Recipient

FIRST_HOUR, LAST_HOUR = 8, 20


def send_digests() -> int:
    """One mail a day to each person who wants it so, between 8 and 20 o'clock in Beijing, with what has come since. Returns how many."""
    now = clock.now().astimezone(clock.BEIJING)
    if not FIRST_HOUR <= now.hour < LAST_HOUR:
        return 0
    # Of a notice that was withdrawn meanwhile nothing is told any more: who has it in no mail has heard of none.
    open_ones = Q(in_digest=True, message=None, release__state__in=[ReleaseState.SENDING, ReleaseState.DONE]) & (
        Q(release__notice__state=NoticeState.ISSUED) | Q(release__purpose=Purpose.WITHDRAWAL)
    )
    people = Recipient.objects.filter(open_ones).order_by().values_list("person", flat=True).distinct()
    sent = 0
    for person in Person.objects.filter(pk__in=people):
        with transaction.atomic():
            advisory_lock(f"digest:{person.pk}")
            rows = list(Recipient.objects.filter(open_ones, person=person).select_related("release__notice").order_by("pk"))
            if not rows or OutboxMessage.objects.filter(key=f"digest:{person.pk}:{now.date()}").exists():
                continue
            message = mails.digest_mail(person, rows, day=str(now.date()))
            Recipient.objects.filter(pk__in=[row.pk for row in rows]).update(message=message)
            sent += 1
    return sent
