"""What of a meeting's papers a reader may see: by who they are, and from when on."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet

from alliance.common.clock import now
from meetings.enums import PLACED, MaterialKind, Readers
from meetings.models import Material, Meeting, Minutes, Project, ProjectReport, Registration
from members.models import Institution
from members.rules import liaison_institution_ids
from members.selectors.memberships import current_members

PUBLIC = frozenset({Readers.EVERYBODY})
EVERYTHING = frozenset(Readers)


def levels_of_user(user: Any, meeting: Meeting) -> frozenset[str]:
    """What a signed-in person (or nobody) may read at `meeting`: staff everything, a member unit's liaison what members may, and
    what participants may when the unit has a place.
    """
    if user.has_perm("meetings.view_meeting"):
        return EVERYTHING
    # Only units that are members today count: a place that a unit took before it left opens nothing any more.
    units = set(current_members().filter(institution__in=liaison_institution_ids(user)).values_list("institution_id", flat=True))
    if not units:
        return PUBLIC
    seated = Registration.objects.filter(meeting=meeting, institution__in=units, status__in=PLACED).exists()
    return EVERYTHING if seated else PUBLIC | {Readers.MEMBERS}


def levels_of_ticket(registration: Registration) -> frozenset[str]:
    """What the holder of a ticket may read: nothing more than the public without a place."""
    if registration.status not in PLACED:
        return PUBLIC
    member = current_members().filter(institution=registration.institution_id).exists()
    return EVERYTHING if member else PUBLIC | {Readers.PARTICIPANTS}


def materials_for(meeting: Meeting, levels: Collection[str]) -> QuerySet[Material]:
    """The files that may be read now."""
    return meeting.materials.filter(readers__in=levels, visible_from__lte=now(), withdrawn_at=None).select_related("file")


def minutes_for(meeting: Meeting, levels: Collection[str]) -> Minutes | None:
    """Published minutes, if these readers may see them."""
    return Minutes.objects.filter(meeting=meeting, published_at__lte=now(), readers__in=levels).first()


def reports_for(meeting: Meeting, levels: Collection[str]) -> QuerySet[ProjectReport]:
    """The project reports heard at a meeting (R17)."""
    return _readable(ProjectReport.objects.filter(meeting=meeting), levels).select_related(
        "project", "project__lead_institution", "project__lead_person", "file"
    )


def projects_for(user: Any) -> QuerySet[Project]:
    """The projects that a person may know of: members all, the public those that are open to everybody."""
    return Project.objects.filter(readers__in=_project_levels(user)).select_related("lead_institution", "lead_person")


def reports_of(project: Project, user: Any) -> QuerySet[ProjectReport]:
    """A project's reports that a person may read, newest first. One that only participants of its meeting may read is on their pages of that meeting."""
    staff = user.has_perm("meetings.view_meeting")
    return _readable(project.reports.all(), EVERYTHING if staff else _project_levels(user)).select_related("file", "meeting")


def _project_levels(user: Any) -> frozenset[str]:
    if user.has_perm("meetings.view_meeting"):
        return EVERYTHING
    member = current_members().filter(institution__in=liaison_institution_ids(user)).exists()
    return PUBLIC | {Readers.MEMBERS} if member else PUBLIC


def _readable(reports: QuerySet[ProjectReport], levels: Collection[str]) -> QuerySet[ProjectReport]:
    return reports.filter(Q(readers__in=levels), visible_from__lte=now())


def page_content(meeting: Meeting, levels: Collection[str]) -> dict[str, Any]:
    """Agenda, papers, photos, reports, minutes and decisions, as these readers see them; for the pages' common part."""
    materials = list(materials_for(meeting, levels))
    minutes = minutes_for(meeting, levels)
    sessions = list(meeting.sessions.all())
    papers = [m for m in materials if m.kind != MaterialKind.PHOTO]
    for session in sessions:
        session.papers = [m for m in papers if m.session_id == session.pk]  # type: ignore[attr-defined]
    return {
        "sessions": sessions,
        "papers": [m for m in papers if m.session_id is None],
        "photos": [m for m in materials if m.kind == MaterialKind.PHOTO],
        "reports": list(reports_for(meeting, levels)),
        "minutes": minutes,
        "decisions": list(meeting.decisions.all()) if minutes else [],
    }


def units_projects(institution: Institution) -> QuerySet[Project]:
    """The projects that a unit leads, as long as it is a member."""
    return Project.objects.filter(lead_institution=institution, lead_institution__in=current_members().values("institution"))
