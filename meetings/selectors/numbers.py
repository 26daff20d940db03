"""Numbers of a meeting, and of a year: by unit, province and tier, answers as totals without names, the allowance of all units."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from meetings.enums import SEATED, RegistrationStatus
from meetings.models import Meeting, MeetingQuestion, Registration, RegistrationAnswer
from meetings.selectors.allowances import allowance_for
from meetings.selectors.offers import TAKES_ALLOWANCE
from members.enums import MembershipStatus, QuestionKind
from members.models import Membership, MembershipTier

YES_NO = {"yes": "是", "no": "否"}


@dataclass(frozen=True)
class Use:
    """A unit's year: how many free meetings are used of how many, with how many people, in which meetings."""

    membership: Membership
    used: int
    free: int
    people: int
    meetings: list[str]


def comers(meeting: Meeting) -> QuerySet[Registration]:
    """Those who hold a seat."""
    return Registration.objects.filter(meeting=meeting, status__in=SEATED)


def numbers_of(meeting: Meeting) -> dict[str, Any]:
    """Counts of a meeting: by state, offer, unit, province, tier. Each a list of (label, count), the largest first."""
    rows = list(comers(meeting).select_related("institution", "offer"))
    tiers = _tiers({row.institution_id for row in rows}, meeting.year)
    states = dict(Registration.objects.filter(meeting=meeting).order_by().values_list("status").annotate(count=Count("pk")))
    return {
        "states": [(RegistrationStatus(code).label, count) for code, count in sorted(states.items(), key=lambda pair: -pair[1])],
        "offers": Counter(row.offer.name for row in rows).most_common(),
        "units": Counter(row.institution.name for row in rows).most_common(),
        "provinces": Counter(row.institution.province or "—" for row in rows).most_common(),
        "tiers": Counter(tiers.get(row.institution_id, "—") for row in rows).most_common(),
        "seated": len(rows),
    }


def _tiers(institutions: set[int], year: int) -> dict[int, str]:
    prefetch = Prefetch("tiers", MembershipTier.objects.select_related("tier"))
    states = [MembershipStatus.ACTIVE, MembershipStatus.SUSPENDED]
    found = Membership.objects.filter(institution__in=institutions, status__in=states).prefetch_related(prefetch)
    named = {membership.institution_id: membership.tier_in(year) for membership in found}
    return {pk: tier.name for pk, tier in named.items() if tier}


def answer_totals(meeting: Meeting) -> list[dict[str, Any]]:
    """For each question how many gave which answer: numbers only, so that caterers and hotels learn no names. Free text is only counted."""
    given: dict[int, list[str]] = {}
    rows = RegistrationAnswer.objects.filter(registration__meeting=meeting, registration__status__in=SEATED).values_list("question_id", "value")
    for question_id, value in rows:
        given.setdefault(question_id, []).append(value)
    totals = []
    for question in meeting.questions.all():
        values = given.get(question.pk, [])
        counted: list[tuple[str, int]] = []
        if question.kind in {QuestionKind.CHOICE, QuestionKind.YES_NO}:
            counted = Counter(shown(question, value) for value in values).most_common()
        elif question.kind == QuestionKind.NUMBER:
            counted = [("合计", sum(int(value) for value in values if value.lstrip("-").isdecimal()))]
        totals.append({"question": question, "answered": len(values), "values": counted})
    return totals


def answers_by_name(meeting: Meeting) -> tuple[list[MeetingQuestion], list[tuple[Registration, list[str]]]]:
    """The questions, and for each person with a seat the answers in the questions' order (empty: none), by unit and name."""
    questions = list(meeting.questions.all())
    rows = comers(meeting).select_related("institution", "person").prefetch_related("answers").order_by("institution__name", "person__name", "pk")
    answered = []
    for row in rows:
        given = {answer.question_id: answer.value for answer in row.answers.all()}
        answered.append((row, [shown(question, given.get(question.pk, "")) for question in questions]))
    return questions, answered


def answers_of(registration: Registration) -> list[tuple[str, str]]:
    """What a participant answered: question and answer, in order."""
    return [(answer.question.text, shown(answer.question, answer.value)) for answer in registration.answers.select_related("question")]


def shown(question: MeetingQuestion, value: str) -> str:
    """An answer as people read it."""
    return YES_NO.get(value, value) if question.kind == QuestionKind.YES_NO else value


def session_numbers(meeting: Meeting) -> list[dict[str, Any]]:
    """Places taken of each session with a capacity of its own."""
    taken = Count("places", filter=Q(places__registration__status__in=SEATED))
    return [{"session": s, "taken": s.taken, "capacity": s.capacity} for s in meeting.sessions.filter(capacity__isnull=False).annotate(taken=taken)]


def allowance_use(year: int) -> list[Use]:
    """Every unit that was a member in the year (active or suspended today), with what it used of its free meetings; in a constant number of queries."""
    free = allowance_for(year).free_meetings
    rows = Registration.objects.filter(TAKES_ALLOWANCE, year=year).values_list("institution_id", "meeting_id", "meeting__title", "meeting__starts_at")
    used: dict[int, dict[int, tuple[Any, str]]] = {}
    people: Counter = Counter()
    for unit, meeting, title, starts_at in rows:
        used.setdefault(unit, {})[meeting] = (starts_at, title)
        people[unit] += 1
    members = Membership.objects.filter(status__in=[MembershipStatus.ACTIVE, MembershipStatus.SUSPENDED]).select_related("institution").order_by("number")
    return [
        Use(m, len(used.get(m.institution_id, {})), free, people[m.institution_id], [title for _at, title in sorted(used.get(m.institution_id, {}).values())])
        for m in members
    ]
