"""Secret addresses of calendars: made, renewed, ended. The rows are the apps' own (`SecretFeed`); what makes an address secret is here."""

import secrets
from typing import Any, TypeVar

from django.db import models, transaction

from alliance.common.clock import now
from alliance.common.locking import advisory_lock
from alliance.common.models import SecretFeed

FeedT = TypeVar("FeedT", bound=SecretFeed)


def live_feed(model: type[FeedT], token: str, *owners: str) -> FeedT | None:
    """The address in force with its `owners` (names of relations), or None for one that never was or has ended."""
    if "\0" in token:
        return None
    return model._default_manager.filter(token=token, revoked_at=None).select_related(*owners).first()


def feed_of(model: type[FeedT], field: str, owner: models.Model) -> FeedT | None:
    """The owner's address in force, if they have made one; `field` is the model's name for its owner."""
    return model._default_manager.filter(**{field: owner}, revoked_at=None).first()


@transaction.atomic
def renew_feed(model: type[FeedT], field: str, owner: models.Model, **values: Any) -> FeedT:
    """A new address for the owner; the one before ends at once. Two at once come one after the other."""
    advisory_lock(f"feed:{field}:{owner.pk}")
    model._default_manager.filter(**{field: owner}, revoked_at=None).update(revoked_at=now())
    # 192 bits: nobody guesses it, and it is in no other address.
    return model._default_manager.create(**{field: owner}, token=secrets.token_urlsafe(24), **values)


def end_feed(model: type[FeedT], field: str, owner: models.Model) -> bool:
    """No address any more; returns whether there was one."""
    return bool(model._default_manager.filter(**{field: owner}, revoked_at=None).update(revoked_at=now()))
