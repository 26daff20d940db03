"""What council members read before they vote, and its digest."""

import hashlib
import json

from council.models import Motion
from members.models import Submission


def latest_submission(motion: Motion) -> Submission | None:
    """The submission that was passed to the council."""
    return motion.application.submissions.order_by("-round").first() if motion.application else None


def dossier_digest(motion: Motion) -> str:
    """SHA-256 over everything that the dossier shows; a vote carries it, so that nobody votes on what has changed."""
    submission = latest_submission(motion)
    content = {
        "title": motion.title,
        "text": motion.text,
        "submission": submission.digest if submission else "",
        "recommendation": motion.application.recommendation if motion.application else "",
        **({"departure": [motion.departure.reason, str(motion.departure.effective_on), motion.departure.effects]} if motion.departure else {}),
    }
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
