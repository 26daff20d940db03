"""What council members read before they vote, and its digest."""

import hashlib
import json

from django.contrib.contenttypes.models import ContentType

from alliance.common.models import StoredFile
from council.models import Motion
from members.models import Submission


def latest_submission(motion: Motion) -> Submission | None:
    """The submission that was passed to the council."""
    return motion.application.submissions.order_by("-round").first() if motion.application else None


def attachments_of(motion: Motion) -> list[StoredFile]:
    """The PDFs of a motion, in the order they were added; only texts and tiers have any."""
    if motion.application_id or motion.departure_id:
        return []
    kind = ContentType.objects.get_for_model(Motion)
    return list(StoredFile.objects.filter(owner_type=kind, owner_id=str(motion.pk)).order_by("created_at"))


def dossier_digest(motion: Motion) -> str:
    """SHA-256 over everything that the dossier shows; a vote carries it, so that nobody votes on what has changed."""
    submission = latest_submission(motion)
    content = {
        "title": motion.title,
        "text": motion.text,
        "submission": submission.digest if submission else "",
        "attachments": [stored.sha256 for stored in attachments_of(motion)],
        **({"tier": [motion.membership_id, motion.tier_id, motion.from_year]} if motion.membership_id else {}),
        "recommendation": motion.application.recommendation if motion.application else "",
        **({"departure": [motion.departure.reason, str(motion.departure.effective_on), motion.departure.effects]} if motion.departure else {}),
    }
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
