"""Consultations as people may see them."""

from collections.abc import Collection

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet

from alliance.common.models import StoredFile
from notices.enums import ConsultationState, Visibility
from notices.models import AskedUnit, Comment, Consultation


def asked_of(institutions: Collection[int]) -> QuerySet[AskedUnit]:
    """The consultations in which these units are asked, open ones first."""
    return AskedUnit.objects.filter(institution__in=institutions).select_related("consultation", "institution").order_by("-consultation__opened_at")


def waiting_for(institution: int) -> QuerySet[AskedUnit]:
    """Open ones that the unit has not answered."""
    return asked_of([institution]).filter(consultation__state=ConsultationState.OPEN, answered_at=None)


def comments_of(consultation: Consultation) -> QuerySet[Comment]:
    """All comments with their units, by section and unit; those on the whole come last."""
    rows = Comment.objects.filter(unit__consultation=consultation).select_related("unit__institution", "section", "answered_by")
    return rows.order_by("section__position", "unit__institution__name")


def others_comments(unit: AskedUnit) -> QuerySet[Comment]:
    """What the other units said, as far as this one may see it now."""
    consultation = unit.consultation
    seen = consultation.visibility == Visibility.AT_ONCE or (
        consultation.visibility == Visibility.AFTER_CLOSE and consultation.state == ConsultationState.ANSWERED
    )
    rows = comments_of(consultation).exclude(unit=unit).exclude(text="")
    return rows if seen else rows.none()


def names_units(consultation: Consultation) -> bool:
    """Whether the summary says who said what."""
    return consultation.visibility != Visibility.SECRETARIAT


def files_of(unit: AskedUnit) -> QuerySet[StoredFile]:
    """The files a unit handed in."""
    return StoredFile.objects.filter(owner_type=ContentType.objects.get_for_model(AskedUnit), owner_id=str(unit.pk)).order_by("created_at")


def files_by_unit(consultation: Consultation) -> list[tuple[AskedUnit, list[StoredFile]]]:
    """The units that handed in files, by name, each with its files: also of units that wrote nothing beside them."""
    units = {str(unit.pk): unit for unit in consultation.units.select_related("institution").order_by("institution__name")}
    rows = StoredFile.objects.filter(owner_type=ContentType.objects.get_for_model(AskedUnit), owner_id__in=units).order_by("created_at")
    found: dict[str, list[StoredFile]] = {}
    for row in rows:
        found.setdefault(row.owner_id, []).append(row)
    return [(unit, found[key]) for key, unit in units.items() if key in found]
