"""What council members read before they vote, and its digest."""

import hashlib
import json
from collections.abc import Sequence

from django.contrib.contenttypes.models import ContentType

from alliance.common.models import StoredFile
from council.models import Motion
from members.models import Submission


def latest_submission(motion: Motion) -> Submission | None:
    """The submission that was passed to the council."""
    return motion.application.submissions.order_by("-round").first() if motion.application else None


def attachments_of(motion: Motion) -> list[StoredFile]:
    """The PDFs of a motion, in the order they were added."""
    return attachments_by_motion([motion]).get(motion.pk, [])


def attachments_by_motion(motions: Sequence[Motion]) -> dict[int, list[StoredFile]]:
    """The PDFs of several motions in one query."""
    found: dict[int, list[StoredFile]] = {}
    kind = ContentType.objects.get_for_model(Motion)
    for stored in StoredFile.objects.filter(owner_type=kind, owner_id__in=[str(motion.pk) for motion in motions]).order_by("created_at"):
        found.setdefault(int(stored.owner_id), []).append(stored)
    return found


def dossier_digest(motion: Motion) -> str:
    """SHA-256 over everything that the dossier shows; a vote carries it, so that nobody votes on what has changed."""
    return dossier_digests([motion])[motion.pk]


def dossier_digests(motions: Sequence[Motion]) -> dict[int, str]:
    """The digests of several motions by their pk, in two queries for all."""
    application_ids = {motion.application_id for motion in motions if motion.application_id}
    submissions = (
        {s.application_id: s for s in Submission.objects.filter(application__in=application_ids).order_by("application", "round")} if application_ids else {}
    )
    attachments = attachments_by_motion(motions)
    return {
        motion.pk: _digest(motion, submissions.get(motion.application_id or 0), [stored.sha256 for stored in attachments.get(motion.pk, [])])
        for motion in motions
    }


def _digest(motion: Motion, submission: Submission | None, attachments: list[str]) -> str:
    departure = motion.departure
    content = {
        "title": motion.title,
        "text": motion.text,
        "submission": submission.digest if submission else "",
        "attachments": attachments,
        **({"tier": [motion.membership_id, motion.tier_id, motion.from_year]} if motion.membership_id else {}),
        "recommendation": motion.application.recommendation if motion.application else "",
        **({"departure": [departure.reason, str(departure.effective_on), departure.effects]} if departure else {}),
        **({"letter": departure.letter.sha256} if departure and departure.letter else {}),
    }
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
