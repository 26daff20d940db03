"""How people want to be written to."""

from django.db import transaction

from alliance.common.audit import record
from alliance.common.locking import lock
from notices.models import MailChoice


@transaction.atomic
def change_choice(choice: MailChoice, *, digest: bool, voluntary: bool) -> MailChoice:
    """One mail a day instead of several; voluntary mails or none. Official notices come either way."""
    lock(choice)
    choice.digest, choice.declines_voluntary = digest, not voluntary
    choice.save()
    record("choice.changed", choice.person, source="link:notice", digest=digest, voluntary=voluntary)
    return choice
