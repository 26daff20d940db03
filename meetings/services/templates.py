"""The next meeting from a template, or as last time; and the last list of participants into the next meeting."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from alliance.common.audit import record
from alliance.common.clock import BEIJING, local_date
from alliance.common.exceptions import DomainError
from meetings.models import Meeting, MeetingQuestion, MeetingTemplate, Offer, Registration, Session
from meetings.services.registration import Outcome, register
from members.models import User

TERMS = ("name", "audience", "needs_good_standing", "price_kind", "price", "seats", "seats_per_unit", "draws_on_allowance", "nominations_per_unit", "position")
# What the next meeting takes over as it is; times are moved by as much as the meeting moves.
AS_LAST_TIME = (
    "kind", "theme", "place", "invitation_note", "capacity", "late_frees_seat", "late_frees_allowance", "accept_hours", "hold_days", "unit_limit",
    "answers_days", "is_internal", "template_id",
)  # fmt: skip
MOVED = ("members_from", "public_from", "register_until", "substitute_until", "cancel_until")


@transaction.atomic
def plan_from_template(template: MeetingTemplate, *, day: dt.date, actor: User) -> Meeting:
    """A draft by the template, on `day` (Beijing date), with its offers. Prices not decided stay empty, and stand in the way of publishing."""
    begin = dt.datetime.combine(day, template.begins, BEIJING)
    before = lambda days: begin - dt.timedelta(days=days)  # noqa: E731 (one word for five lines)
    quarter = (day.month - 1) // 3 + 1
    title = template.title.replace("{year}", str(day.year)).replace("{quarter}", str(quarter))
    meeting = Meeting.objects.create(
        kind=template.kind,
        quarter=quarter if "{quarter}" in template.title else None,
        slug=free_slug(f"{day:%Y%m%d}-{template.kind}"),
        title=title,
        theme=template.theme,
        starts_at=begin,
        ends_at=begin + dt.timedelta(hours=float(template.hours)),
        place=template.place,
        capacity=template.capacity,
        members_from=before(template.members_days),
        public_from=None if template.public_days is None else before(template.public_days),
        register_until=before(template.register_days),
        substitute_until=before(template.substitute_days),
        cancel_until=before(template.cancel_days),
        is_internal=template.is_internal,
        template=template,
    )
    for pattern in template.offers.prefetch_related("tiers"):
        closes = None if pattern.closes_days is None else before(pattern.closes_days)
        offer = Offer.objects.create(meeting=meeting, closes_at=closes, **{name: getattr(pattern, name) for name in TERMS})
        offer.tiers.set(pattern.tiers.all())
    record("meeting.planned", meeting, actor=actor, template=template.name)
    return meeting


@transaction.atomic
def repeat_meeting(last: Meeting, *, starts_at: dt.datetime, title: str, actor: User) -> Meeting:
    """As last time, at another time: terms, questions and agenda go along, every deadline keeps its distance from the beginning.

    The online link does not: whoever was invited last time has it.
    """
    shift = starts_at - last.starts_at
    day = local_date(starts_at)
    moved = {name: getattr(last, name) + shift for name in MOVED if getattr(last, name) is not None}
    meeting = Meeting.objects.create(
        **{name: getattr(last, name) for name in AS_LAST_TIME},
        **moved,
        quarter=(day.month - 1) // 3 + 1 if last.quarter else None,
        slug=free_slug(f"{day:%Y%m%d}-{last.kind}"),
        title=title,
        starts_at=starts_at,
        ends_at=last.ends_at + shift,
    )
    for old in last.offers.prefetch_related("tiers"):
        times = {name: getattr(old, name) + shift for name in ("opens_at", "closes_at") if getattr(old, name) is not None}
        offer = Offer.objects.create(meeting=meeting, **times, **{name: getattr(old, name) for name in TERMS})
        offer.tiers.set(old.tiers.all())
    for question in last.questions.all():
        names = ("topic", "text", "help", "kind", "choices", "position")
        MeetingQuestion.objects.create(meeting=meeting, **{name: getattr(question, name) for name in names})
    for session in last.sessions.all():
        Session.objects.create(
            meeting=meeting, title=session.title, room=session.room, capacity=session.capacity,
            starts_at=session.starts_at + shift, ends_at=session.ends_at + shift,
        )  # fmt: skip
    record("meeting.planned", meeting, actor=actor, last=last.title)
    return meeting


def next_title(last: Meeting, starts_at: dt.datetime) -> str:
    """The title of the next one: year and quarter moved on where the last title names them."""
    day = local_date(starts_at)
    quarter = (day.month - 1) // 3 + 1
    title = last.title.replace(str(last.year), str(day.year))
    return title.replace(f"第{last.quarter}季度", f"第{quarter}季度") if last.quarter else title


def free_slug(wanted: str) -> str:
    """The address, with a number behind it while it is taken."""
    base, number = slugify(wanted)[:70], 1
    slug = base
    while Meeting.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug


def copy_list(source: Meeting, target: Meeting, *, statuses: list[str], actor: User) -> list[Outcome]:
    """Register the people of one meeting for the next, each by its own rules; who cannot is told to the caller with the reason."""
    outcomes: list[Outcome] = []
    rows = Registration.objects.filter(meeting=source, status__in=statuses).select_related("person", "institution").order_by("pk")
    for row in rows:
        name = f"{row.person.name}（{row.institution.name}）"
        try:
            with transaction.atomic():
                outcomes.append(Outcome(name, register(target, row.institution, row.person, actor=actor)))
        except DomainError as error:
            outcomes.append(Outcome(name, error=error))
    done = sum(outcome.registration is not None for outcome in outcomes)
    record("meeting.list_copied", source, target, actor=actor, done=done, skipped=len(outcomes) - done)
    return outcomes


def default_templates() -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """The notice's meetings as patterns (R9, R10, R11, R14, R17). Prices that it does not name are left open."""
    free = {"name": "成员单位免费参加", "price_kind": "free", "price": Decimal(0)}
    return [
        ({"kind": "quarterly", "name": "项目季度会议", "title": "{year}年第{quarter}季度项目会议", "public_days": 14},
         [{**free, "name": "成员单位免费名额", "seats_per_unit": 3, "draws_on_allowance": True}]),
        ({"kind": "council", "name": "理事大会", "title": "{year}年理事大会", "capacity": 200}, [free]),
        ({"kind": "workshop", "name": "教育创新年会·教发主任工作坊", "title": "{year}年教育创新年会·教发主任工作坊", "public_days": 21}, [free]),
        ({"kind": "community", "name": "教育创新年会·教师发展师社群活动", "title": "{year}年教育创新年会·教师发展师社群活动", "public_days": 21}, [free]),
        ({"kind": "forum", "name": "校长高峰论坛", "title": "{year}年校长高峰论坛", "capacity": 200, "public_days": 21}, [free]),
        ({"kind": "innovators", "name": "创新者大会", "title": "{year}年创新者大会", "capacity": 500, "hours": Decimal(32), "members_days": 90, "public_days": 60},
         [{"name": "首批推荐名额", "audience": "nominees", "price_kind": "early", "price": None, "nominations_per_unit": 3, "position": 0},
          {"name": "成员早鸟价", "audience": "members", "price_kind": "early", "price": None, "position": 1},
          {"name": "早鸟价", "audience": "public", "price_kind": "early", "price": None, "closes_days": 30, "position": 2},
          {"name": "全价", "audience": "public", "price_kind": "full", "price": None, "position": 3}]),
        ({"kind": "training", "name": "研修项目", "title": "{year}年研修项目", "capacity": 60, "hours": Decimal(32), "public_days": 30},
         [{"name": "成员协议价", "audience": "members", "price_kind": "agreement", "price": None},
          {"name": "全价", "audience": "others", "price_kind": "full", "price": None, "position": 1}]),
        ({"kind": "seminar", "name": "项目研讨会", "title": "{year}年项目研讨会", "capacity": 40}, [free]),
        ({"kind": "secretariat", "name": "秘书处会议", "title": "{year}年秘书处会议", "capacity": 20, "hours": Decimal(2), "is_internal": True},
         [{"name": "受邀参加", "price_kind": "free", "price": Decimal(0), "needs_good_standing": False}]),
    ]  # fmt: skip


def ensure_templates() -> int:
    """Make the patterns that are not there; what staff changed is left alone. Returns how many were made."""
    made = 0
    for values, offers in default_templates():
        template, is_new = MeetingTemplate.objects.get_or_create(name=values["name"], defaults=values)
        if is_new:
            made += 1
            for offer in offers:
                template.offers.create(**offer)
    return made
