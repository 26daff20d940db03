"""Publishing another wording of a consent."""

from django.db import transaction
from django.db.models import Max

from alliance.common.audit import record
from alliance.common.locking import advisory_lock
from members.models import ConsentText, User


@transaction.atomic
def publish_consent(*, kind: str, text: str, details: str, actor: User) -> ConsentText:
    """The wording asked for from now on, as the next version. What was agreed to keeps its version; drafts are asked again."""
    advisory_lock(f"consent:{kind}")
    newest = ConsentText.objects.filter(kind=kind).aggregate(version=Max("version"))["version"] or 0
    published = ConsentText.objects.create(kind=kind, version=newest + 1, text=text, details=details)
    record("consent.published", published, actor=actor, kind=str(kind), version=published.version)
    return published
