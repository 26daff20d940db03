"""Meetings on other terms than the free places: a conference with nominations, a training that costs, a seminar that is full. Prices are samples."""

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from alliance.common.clock import today
from fees.services.payments import record_payment
from meetings.models import Meeting, MeetingQuestion, MeetingTemplate, Offer, Session
from meetings.services.answers import save_answers
from meetings.services.nominating import nominate, rank_nominations
from meetings.services.planning import publish_meeting
from meetings.services.registration import cancel_registration, register, register_group
from meetings.services.requests import ask_by_link, open_link
from meetings.services.templates import plan_from_template
from members.enums import PersonRole
from members.models import Affiliation, Institution, Person, User

PRICES = {"首批推荐名额": 800, "成员早鸟价": 1200, "早鸟价": 1500, "全价": 2000, "成员协议价": 900}


def tell() -> None:
    """All three, and what units have done about them."""
    officer = User.objects.get(email="secretariat@sample.edu.cn")
    units = _units()
    _conference(officer, units)
    training(officer, units)
    _seminar(officer, units)
    _next_quarter(officer)


def _units() -> list[tuple[Institution, Person]]:
    heads = Affiliation.objects.filter(role=PersonRole.HEAD, institution__memberships__status="active").select_related("person", "institution")
    return [(row.institution, row.person) for row in heads.order_by("institution__name").distinct()]


def _planned(kind: str, day: dt.date, officer: User, **values: object) -> Meeting:
    """From its template, with sample prices, open to members since a few days."""
    meeting = plan_from_template(MeetingTemplate.objects.get(kind=kind), day=day, actor=officer)
    for offer in meeting.offers.filter(price=None):
        offer.price = Decimal(PRICES[offer.name])
        offer.save()
    for name, value in (
        {"title": f"{meeting.title}（样例）", "place": "苏州 西交利物浦大学", "members_from": timezone.now() - dt.timedelta(days=5)} | values
    ).items():
        setattr(meeting, name, value)
    meeting.save()
    return publish_meeting(meeting, actor=officer)


def _conference(officer: User, units: list[tuple[Institution, Person]]) -> None:
    """Recommended places: nominated by four units, ranked, not confirmed yet."""
    year = today().year + (1 if today().month >= 7 else 0)
    meeting = _planned("innovators", dt.date(year, 8, 15), officer)
    offer = meeting.offers.get(name="首批推荐名额")
    Offer.objects.filter(pk=offer.pk).update(seats=30)
    MeetingQuestion.objects.create(meeting=meeting, topic="lodging", text="是否需要协助预订住宿", kind="yes_no", position=1)
    MeetingQuestion.objects.create(meeting=meeting, topic="diet", text="饮食要求", kind="choice", choices="无\n素食\n清真", position=2)
    Session.objects.create(
        meeting=meeting, title="工作坊：教学创新案例打磨（样例）", room="中心楼 B201", speakers="样例主讲", capacity=30,
        starts_at=meeting.starts_at + dt.timedelta(hours=5), ends_at=meeting.starts_at + dt.timedelta(hours=7),
    )  # fmt: skip
    named = [nominate(offer, unit, person, actor=officer, statement="省级教学创新奖获得者（样例）") for unit, person in units[:4]]
    rank_nominations(offer, [nomination.pk for nomination in named[:2]], actor=officer)


def training(officer: User, units: list[tuple[Institution, Person]]) -> None:
    """Places at the agreement price, held for payment; a colleague asks by the unit's link."""
    # Members first, and since yesterday everybody: the full price can be tried without an account.
    meeting = _planned("training", today() + dt.timedelta(days=75), officer, public_from=timezone.now() - dt.timedelta(days=1))
    question = MeetingQuestion.objects.create(meeting=meeting, topic="lodging", text="住宿晚数", kind="number", help="标准间，费用自理", position=1)
    for unit, person in units[4:6]:
        register_group(meeting, unit, [(person.name, lambda person=person: person)], actor=officer)
    for unit, person in units[6:7]:
        _paid_and_cancelled(meeting, unit, person, officer)
    own = Institution.objects.get(name="南京大学")
    link = open_link(meeting, own, actor=User.objects.get(email="liaison@sample.edu.cn"))
    ask_by_link(link, answers={str(question.pk): "2"}, name="郑老师（样例）", email="teacher9@sample.edu.cn", department="外国语学院", post="副教授", mobile="")


def _paid_and_cancelled(meeting: Meeting, unit: Institution, person: Person, officer: User) -> None:
    """A place that was paid and then given up: finance decides on the money."""
    (outcome,) = register_group(meeting, unit, [(person.name, lambda: person)], actor=officer)
    place = outcome.registration
    assert place is not None
    assert place.invoice is not None
    record_payment(
        institution=unit, amount=place.invoice.total, received_on=today(), payer_name=unit.name, remark=f"{place.invoice.number} 会议费（样例）",
        actor=User.objects.get(email="finance@sample.edu.cn"),
    )  # fmt: skip
    place.refresh_from_db()
    cancel_registration(place, actor=officer, reason="与教学安排冲突（样例）")


def _seminar(officer: User, units: list[tuple[Institution, Person]]) -> None:
    """Three seats, all taken, two in line."""
    meeting = _planned("seminar", today() + dt.timedelta(days=30), officer, capacity=3)
    question = MeetingQuestion.objects.create(meeting=meeting, topic="diet", text="饮食要求", kind="choice", choices="无\n素食\n清真", position=1)
    places = [register(meeting, unit, person, actor=officer) for unit, person in units[:5]]
    save_answers(places[0], {str(question.pk): "素食"}, actor=officer)


def _next_quarter(officer: User) -> None:
    """A draft of the quarter after the next, as somebody left it yesterday."""
    plan_from_template(MeetingTemplate.objects.get(kind="quarterly"), day=today() + dt.timedelta(days=133), actor=officer)
