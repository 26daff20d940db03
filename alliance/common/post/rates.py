"""How many mails may go out now: counted in Postgres, so the limit holds for all workers together and after a restart."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db import connection

from alliance.common.locking import advisory_lock
from alliance.common.models import DomainRate, MailSettings, OutboxMessage
from alliance.common.models.outbox import Priority

WINDOW = dt.timedelta(seconds=60)


def domain_of(address: str) -> str:
    """What stands after the @."""
    return address.rpartition("@")[2]


@dataclass
class Allowance:
    """What is left of this minute."""

    total: int | None
    each: int | None
    own: dict[str, int]
    used: Counter[str]

    def left_for(self, domain: str) -> int | None:
        """How many more mails may go to the domain; None for as many as one likes."""
        limit = self.own.get(domain, self.each)
        return None if limit is None else max(0, limit - self.used[domain])

    def exhausted(self) -> list[str]:
        """Domains to which nothing may go now."""
        return [domain for domain in self.used if self.left_for(domain) == 0]

    def choose(self, messages: list[OutboxMessage]) -> list[OutboxMessage]:
        """The messages that may go now, in their order; urgent ones always. They count as used."""
        chosen = []
        for message in messages:
            domain = domain_of(message.recipient)
            if message.priority != Priority.URGENT and (self.total == 0 or self.left_for(domain) == 0):
                continue
            self.used[domain] += 1
            self.total = None if self.total is None else max(0, self.total - 1)
            chosen.append(message)
        return chosen


def allowance(now: dt.datetime) -> Allowance | None:
    """What may go out now; None when nothing is limited. Until the caller's transaction ends, no other worker counts."""
    settings = MailSettings.load()
    own = dict(DomainRate.objects.values_list("domain", "per_minute"))
    if not (settings.per_minute or settings.domain_per_minute or own):
        return None
    advisory_lock("outbox-rate")
    with connection.cursor() as cursor:
        cursor.execute("SELECT split_part(recipient, '@', 2), count(*) FROM common_outboxmessage WHERE claimed_at > %s GROUP BY 1", [now - WINDOW])
        used: Counter[str] = Counter(dict(cursor.fetchall()))
    total = max(0, settings.per_minute - used.total()) if settings.per_minute else None
    return Allowance(total, settings.domain_per_minute or None, own, used)
