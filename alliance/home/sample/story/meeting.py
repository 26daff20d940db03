"""Three quarterly meetings of the past year with who came, and registrations for the next one."""

import datetime as dt
import secrets

from alliance.common.clock import BEIJING, today
from alliance.common.transitions import move
from meetings.enums import MeetingStatus, RegistrationStatus
from meetings.models import Meeting, Offer, Registration
from meetings.services.registration import register
from members.enums import MembershipStatus, PersonRole
from members.models import Affiliation, Institution, Membership, User

THEMES = ["教师发展中心的年度规划", "教学诊断与课程评价", "新教师研修的长效机制"]
UNITS_COMING = 12


def tell() -> None:
    """Past meetings first, then the coming one."""
    officer = User.objects.get(email="secretariat@sample.edu.cn")
    delegates = _delegates()
    for back, theme in enumerate(THEMES, start=1):
        _past(today() - dt.timedelta(days=91 * back), theme, delegates, officer)
    coming = Meeting.objects.filter(kind="quarterly", status=MeetingStatus.PUBLISHED).order_by("starts_at").first()
    for institution, affiliation in delegates[:UNITS_COMING]:
        register(coming, institution, affiliation.person, actor=officer)


def _delegates() -> list[tuple[Institution, Affiliation]]:
    """One person of each member unit that has a head of its centre on record; who has left sends nobody."""
    members = Membership.objects.filter(status=MembershipStatus.ACTIVE).values("institution")
    heads = (
        Affiliation.objects.filter(role=PersonRole.HEAD, person__user=None, institution__in=members)
        .select_related("person", "institution")
        .order_by("institution__name")
    )
    return [(affiliation.institution, affiliation) for affiliation in heads]


def _past(day: dt.date, theme: str, delegates: list[tuple[Institution, Affiliation]], officer: User) -> None:
    begin = dt.datetime.combine(day, dt.time(9), BEIJING)
    quarter = (day.month - 1) // 3 + 1
    meeting = Meeting.objects.create(
        kind="quarterly", quarter=quarter, slug=f"{day:%Y-%m-%d}-q{quarter}", title=f"{day.year}年第{quarter}季度项目会议（样例）", theme=f"{theme}（样例）。",
        starts_at=begin, ends_at=begin + dt.timedelta(hours=8), place="苏州 西交利物浦大学", capacity=120,
        members_from=begin - dt.timedelta(days=60), public_from=begin - dt.timedelta(days=30), register_until=begin - dt.timedelta(days=7),
    )  # fmt: skip
    offer = Offer.objects.create(meeting=meeting, name="成员单位免费名额", seats_per_unit=3, draws_on_allowance=True)
    move(meeting, to=MeetingStatus.PUBLISHED)
    for position, (institution, affiliation) in enumerate(delegates[day.month % 4 :]):
        place = Registration.objects.create(
            meeting=meeting, institution=institution, person=affiliation.person, offer=offer, status=RegistrationStatus.CONFIRMED,
            ticket=secrets.token_urlsafe(12), registered_by=officer,
        )  # fmt: skip
        move(place, to=RegistrationStatus.ABSENT if position % 7 == 6 else RegistrationStatus.ATTENDED)
    move(meeting, to=MeetingStatus.HELD)
