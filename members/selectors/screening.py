"""What a screener and an applicant need to know of an application: deadline, next step, doubles, history, the funnel of a round."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz

from alliance.common.clock import local_date
from alliance.common.models import LogSubject, Organisation
from alliance.common.workdays import add_workdays, is_covered
from members.enums import APPLICATION_OPEN, ApplicationStatus
from members.models import Application, Institution, Membership, RecruitmentRound
from members.names import normalise

SIMILAR = 80
FUNNEL = (
    ("started", _("Started"), "application.started"),
    ("submitted", _("Submitted"), "application.submitted"),
    ("returned", _("Returned"), "application.returned"),
    ("passed", _("Passed to the council"), "application.screened"),
    ("approved", _("Approved"), "application.approved"),
    ("paid", _("Paid and admitted"), "application.admitted"),
)


def screening_due(application: Application) -> tuple[dt.date, bool] | None:
    """The last day for screening in working days after submission, and whether the official calendar of that year is known; None when nobody waits."""
    if application.status != ApplicationStatus.SUBMITTED or application.submitted_at is None or application.on_hold_since:
        return None
    day = add_workdays(local_date(application.submitted_at), Organisation.load().screening_working_days)
    return day, is_covered(day.year)


def similar_applications(application: Application) -> list[Application]:
    """Other applications that may be of the same unit: same institution, a name that is nearly the same, or the same liaison."""
    name = normalise(application.institution_name)
    others = Application.objects.exclude(pk=application.pk).exclude(status=ApplicationStatus.EXPIRED).select_related("institution")
    near = Q(institution=application.institution_id, institution__isnull=False)
    if application.liaison_email:
        near |= Q(liaison_email__iexact=application.liaison_email)
    found = list(others.filter(near))
    if application.institution is None and name:
        typed = others.filter(institution=None).exclude(institution_typed="")
        found += [other for other in typed if other not in found and fuzz.ratio(normalise(other.institution_typed), name) >= SIMILAR]
    return found


def similar_institutions(name: str, limit: int = 5) -> list[Institution]:
    """Institutions of the register whose name is nearly `name`: shown beside a typed name, never taken for it."""
    wanted = normalise(name)
    if not wanted:
        return []
    rows = Institution.objects.filter(merged_into=None).values_list("pk", "name")
    scored = sorted(((fuzz.ratio(normalise(other), wanted), pk) for pk, other in rows), reverse=True)[:limit]
    best = [pk for score, pk in scored if score >= SIMILAR - 20]
    found = Institution.objects.in_bulk(best)
    return [found[pk] for pk in best]


def memberships_before(application: Application) -> QuerySet[Membership]:
    """Earlier memberships of the same institution."""
    return Membership.objects.filter(institution=application.institution_id, institution__isnull=False).exclude(application=application)


def applications_before(application: Application) -> QuerySet[Application]:
    """Earlier applications of the same institution that were handed in and are over, oldest first: what became of them. Drafts are nobody's business."""
    over = Application.objects.exclude(status__in=APPLICATION_OPEN).filter(submitted_at__isnull=False)
    return over.filter(institution=application.institution_id, institution__isnull=False, pk__lt=application.pk).order_by("pk")


@dataclass(frozen=True)
class Step:
    """One bar of the funnel; `days`: median days since the step before, None when nobody came so far."""

    code: str
    label: Any
    count: int
    share: int
    days: float | None


def funnel(round_: RecruitmentRound) -> list[Step]:
    """How many applications of a round reached each step, with the median days from the step before (first time each)."""
    return funnels([round_])[0][1]


def funnels(rounds: list[RecruitmentRound]) -> list[tuple[RecruitmentRound, list[Step]]]:
    """The funnel of each round, in two queries however many there are."""
    of_round: dict[int, list[str]] = {round_.pk: [] for round_ in rounds}
    for pk, round_pk in Application.objects.filter(recruitment__in=rounds).order_by("pk").values_list("pk", "recruitment"):
        of_round[round_pk].append(str(pk))
    first = _first_times([pk for found in of_round.values() for pk in found])
    return [(round_, _steps(of_round[round_.pk], first)) for round_ in rounds]


def furthest(steps: list[Step]) -> dict[str, int]:
    """How many came exactly so far: each application is counted once, at its last step. Being returned is no step forward."""
    forward = [step for step in steps if step.code != "returned"]
    return {step.code: max(0, step.count - (later.count if later else 0)) for step, later in zip(forward, [*forward[1:], None], strict=True)}


def _first_times(applications: list[str]) -> dict[tuple[str, str], dt.datetime]:
    """When each application first did each step of the funnel."""
    rows = LogSubject.objects.filter(
        content_type__app_label="members", content_type__model="application", object_id__in=applications, entry__action__in=[a for _c, _l, a in FUNNEL]
    ).values_list("object_id", "entry__action", "entry__occurred_at")
    first: dict[tuple[str, str], dt.datetime] = {}
    for pk, action, moment in rows:
        first[pk, action] = min(first.get((pk, action), moment), moment)
    return first


def _steps(applications: list[str], first: dict[tuple[str, str], dt.datetime]) -> list[Step]:
    steps, base = [], len(applications) or 1
    for position, (code, label, action) in enumerate(FUNNEL):
        reached = [pk for pk in applications if (pk, action) in first]
        before = FUNNEL[position - 1 if code != "passed" else position - 2][2] if position else ""
        waits = [(first[pk, action] - first[pk, before]).total_seconds() / 86400 for pk in reached if (pk, before) in first]
        waits = [wait for wait in waits if wait >= 0]
        steps.append(Step(code, label, len(reached), round(100 * len(reached) / base), round(_median(waits), 1) if waits else None))
    return steps


def _median(values: list[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
