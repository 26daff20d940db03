"""A paper is kept while the letters of its step are looked at: a browser does not send a file twice."""

import datetime as dt

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from alliance.common.audit import record
from alliance.common.clock import database_now
from alliance.common.exceptions import InvalidTransition
from alliance.common.files import IMAGES, PDF, discard, store
from alliance.common.locking import lock
from alliance.common.models import StoredFile
from council.enums import BallotStatus
from council.exceptions import PaperGone
from council.models import Ballot
from council.selectors.kept import AUTHORITY, MINUTES, abandoned_files, kept_files
from members.models import User

KEPT_FOR = dt.timedelta(days=1)
TYPES = {MINUTES: PDF, AUTHORITY: PDF | IMAGES}
# The minutes of a meeting turn a draft into a decided ballot; a vote is given away while it is open.
WHILE = {MINUTES: BallotStatus.DRAFT, AUTHORITY: BallotStatus.OPEN}


@transaction.atomic
def keep(ballot: Ballot, upload: UploadedFile, *, purpose: str, actor: User) -> StoredFile:
    """Keep scanned minutes or a written authority; one that the same person sent before for this ballot, and did not use, goes.

    Raises InvalidTransition when the ballot has moved on, UploadRefused.
    """
    lock(ballot)
    if ballot.status != WHILE[purpose]:
        raise InvalidTransition
    kept = store(upload, owner=ballot, purpose=purpose, actor=actor, allowed=TYPES[purpose])
    for earlier in kept_files(ballot, purpose).filter(uploaded_by=actor).exclude(pk=kept.pk):
        discard(earlier, actor=actor)
    return kept


def claim(kept: StoredFile) -> StoredFile:
    """Hold a kept paper until the end of the transaction that uses it, so that the sweep leaves it. Raises PaperGone."""
    held = StoredFile.objects.select_for_update(of=("self",)).filter(pk=kept.pk).first()
    if held is None:
        raise PaperGone
    return held


def discard_abandoned() -> int:
    """Take away what was kept for entries that were left half way a day ago. Safe in any number of workers; returns how many went."""
    before, gone = database_now() - KEPT_FOR, 0
    for pk in list(abandoned_files(before).values_list("pk", flat=True)):
        with transaction.atomic():
            held = StoredFile.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
            # Asked again under the lock: since the list was read somebody may have pressed the button.
            if held is None or not abandoned_files(before).filter(pk=pk).exists():
                continue
            if held.owner is not None:
                record("file.removed", held.owner, source="task:discard-kept", name=held.name, sha256=held.sha256)
            discard(held)
            gone += 1
    return gone
