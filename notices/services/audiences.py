"""Saved audiences."""

from django.db import transaction

from alliance.common.audit import record
from members.models import User
from notices.models import Audience
from notices.selectors.audiences import Conditions


@transaction.atomic
def save_audience(audience: Audience | None, *, actor: User, name: str, conditions: Conditions) -> Audience:
    """Keep conditions under a name; mailings that were made with the earlier ones keep those."""
    audience = audience or Audience()
    audience.name, audience.conditions = name, conditions
    audience.save()
    record("audience.saved", audience, actor=actor)
    return audience
