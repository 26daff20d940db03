"""The points of a returned application, and whether what they name was changed since."""

from dataclasses import dataclass

from members.answers import changes_since, field_label
from members.models import Application, CorrectionPoint, Submission


@dataclass(frozen=True)
class Mending:
    """One point of the last return: what it is about in words, and whether that differs from what was sent."""

    point: CorrectionPoint
    label: str
    changed: bool


def mendings(application: Application) -> list[Mending]:
    """The points of the last return, compared with what was sent then. Empty when nothing was returned yet.

    A point in general counts as changed as soon as anything of the form or its scan did.
    """
    points = list(application.correction_points.filter(round=application.round - 1))
    if not points:
        return []
    sent = application.submissions.filter(round=application.round - 1).first()
    changed = set(changes_since(application, sent.snapshot)) if sent is not None else set()
    return [Mending(point, field_label(point.field), sent is None or _is_changed(application, point.field, sent, changed)) for point in points]


def untouched(application: Application) -> list[Mending]:
    """The points whose field is as it was sent."""
    return [mending for mending in mendings(application) if not mending.changed]


def _is_changed(application: Application, field: str, sent: Submission, changed: set[str]) -> bool:
    if field == "scan":
        return application.scan_id != sent.scan_id
    if field in {"institution", "institution_typed"}:
        return "institution_name" in changed
    if field.startswith("question:"):
        # Another version of the question is an answer to the point, too.
        stem = field.rpartition(":")[0]
        return any(name.rpartition(":")[0] == stem for name in changed)
    return field in changed if field else bool(changed) or application.scan_id != sent.scan_id
