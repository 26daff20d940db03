"""A vote given to another elector, and taken back before it is used."""

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from alliance.common.audit import record
from alliance.common.exceptions import InvalidTransition
from alliance.common.files import IMAGES, PDF, store
from alliance.common.locking import advisory_lock
from alliance.common.models import StoredFile
from council import mails
from council.exceptions import ProxyRefused, ProxyUsed
from council.models import Elector, Proxy, RevokedProxy
from council.selectors.kept import AUTHORITY
from council.services.keeping import claim
from members.models import User


@transaction.atomic
def give_proxy(giver: Elector, holder: Elector, *, authority: UploadedFile | StoredFile, actor: User) -> Proxy:
    """Let one elector of an open ballot vote for another, by a written authority (PDF or picture, or one that `keep` keeps), and tell both.

    The actor is the giver or staff. Raises ProxyRefused when the rules do not allow it, somebody has voted or holds or gave a proxy already; UploadRefused, PaperGone.
    """
    # As a vote does: whoever casts one for the giver meanwhile is before it or after it.
    advisory_lock(f"elector:{giver.pk}")
    stored = (
        claim(authority) if isinstance(authority, StoredFile) else store(authority, owner=giver.ballot, purpose=AUTHORITY, actor=actor, allowed=PDF | IMAGES)
    )
    try:
        with transaction.atomic():
            proxy = Proxy.objects.create(giver=giver, holder=holder, authority=stored, recorded_by=actor)
    except IntegrityError as error:
        raise ProxyRefused from error
    record("ballot.proxy", giver.ballot, actor=actor, giver=giver.institution.name, holder=holder.institution.name)
    mails.proxy_given(proxy)
    return proxy


@transaction.atomic
def revoke_proxy(proxy: Proxy, *, actor: User, reason: str = "") -> RevokedProxy:
    """Take a proxy back before it was used, and tell both; from then on the giver votes again, or gives it to somebody else. The paper stays on record.

    Raises ProxyUsed once the holder has voted for the giver or the ballot has ended, InvalidTransition when somebody has taken it back already.
    """
    giver = proxy.giver
    advisory_lock(f"elector:{giver.pk}")
    current = Proxy.objects.filter(pk=proxy.pk).select_related("holder__institution", "holder__person", "authority", "recorded_by").first()
    if current is None:
        raise InvalidTransition
    try:
        with transaction.atomic():
            revoked = RevokedProxy.objects.create(
                giver=giver,
                holder=current.holder,
                authority=current.authority,
                given_by=current.recorded_by,
                given_at=current.created_at,
                revoked_by=actor,
                reason=reason,
            )
            current.delete()
    except IntegrityError as error:
        raise ProxyUsed from error
    record("ballot.proxy_revoked", giver.ballot, actor=actor, giver=giver.institution.name, holder=revoked.holder.institution.name, reason=reason)
    mails.proxy_revoked(revoked)
    return revoked
