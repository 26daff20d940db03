"""Builds the sample through the same services that people use, so that it obeys every rule."""

import datetime as dt
from decimal import Decimal

from django.db import transaction

from alliance.common.clock import BEIJING, now, today
from alliance.common.mailtexts.services import save_text
from alliance.common.models import DomainRate, Organisation
from alliance.home.installation import prepare_installation
from alliance.home.sample.council import load_council
from alliance.home.sample.data import ACCOUNTS, INSTITUTIONS, PASSWORD
from alliance.home.sample.story import tell
from council.enums import Office
from council.models import Body, Seat
from fees.models import FeeSchedule, TierAmount
from meetings.models import Meeting, Offer
from meetings.services.planning import publish_meeting
from members.enums import AliasKind, MembershipStatus, PersonRole, QuestionKind, Role
from members.models import (
    Affiliation,
    ChecklistItem,
    Institution,
    Membership,
    MembershipTier,
    Person,
    Question,
    ReasonTemplate,
    RecruitmentRound,
    Tier,
    User,
)
from members.services.accounts import ensure_user, grant_role
from members.services.addresses import mark_dead
from members.services.importing import alias_row
from members.services.joining import issue_certificate
from notices.models import ReminderRule

SOURCE = "sample"


@transaction.atomic
def load_sample(*, story: bool = True) -> bool:
    """Load everything once; False when institutions are there already, and then nothing is touched. Without `story` only the people and the next meetings."""
    if Institution.objects.exists() or User.objects.exists():
        return False
    Organisation.objects.update_or_create(pk=1, defaults={"founded_on": dt.date(2018, 10, 20)})
    prepare_installation()
    _tiers()
    _institutions()
    _people()
    _meetings()
    _screening()
    _mail()
    if story:
        tell()
        load_council()
    return True


def _tiers() -> None:
    """The ordinary tier is the notice's (R4); other tiers are samples. The amounts count from the founding year on, so that past years can be shown."""
    tiers = [("ordinary", "普通联盟单位", 2000, False), ("council", "理事单位（样例）", 3000, True), ("chair", "理事长单位（样例）", 5000, True)]
    schedule = FeeSchedule.objects.get()
    FeeSchedule.objects.filter(pk=schedule.pk).update(effective_from_year=2018)
    for position, (code, name, amount, sample) in enumerate(tiers):
        tier, _made = Tier.objects.update_or_create(code=code, defaults={"name": name, "position": position, "is_sample": sample})
        TierAmount.objects.get_or_create(schedule=schedule, tier=tier, defaults={"amount": Decimal(amount)})


def _institutions() -> None:
    ordinary = Tier.objects.get(code="ordinary")
    count: dict[int, int] = {}
    for name, code, province, city, authority, ownership, is_985, is_211, double, shorts, joined in INSTITUTIONS:
        institution = Institution.objects.create(
            name=name, moe_code=code, province=province, city=city, level="undergraduate", authority=authority, ownership=ownership,
            is_985=bool(is_985), is_211=bool(is_211), is_double_first_class=bool(double),
        )  # fmt: skip
        alias_row(institution, name, AliasKind.OFFICIAL).save()
        for short in shorts:
            kind = AliasKind.ENGLISH if short.isascii() else AliasKind.SHORT
            alias_row(institution, short, kind, ambiguous=short in {"南大", "华师"}).save()
        if joined is None:
            continue
        day = dt.date.fromisoformat(joined)
        count[day.year] = count.get(day.year, 0) + 1
        membership = Membership.objects.create(
            institution=institution, number=f"{day.year}-{count[day.year]:03d}", status=MembershipStatus.ACTIVE, joined_on=day, approved_on=day
        )
        MembershipTier.objects.create(membership=membership, tier=ordinary, from_year=day.year)
        issue_certificate(membership, source=SOURCE)


def _people() -> None:
    """An account for each role; three seats of the council; the liaison of 南京大学 with two colleagues."""
    users = {}
    for email, name, _role in ACCOUNTS:
        user = ensure_user(email, name=name)
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
        users[email.split("@")[0]] = user
    # Two, so that a second person can review what the first one wrote.
    grant_role(users["secretariat"], Role.SECRETARIAT, source=SOURCE)
    grant_role(users["secretariat2"], Role.SECRETARIAT, source=SOURCE)
    grant_role(users["finance"], Role.FINANCE, source=SOURCE)
    council = Body.objects.get(code="council")
    for key, unit, office in [
        ("council1", "西交利物浦大学", Office.CHAIR),
        ("council2", "燕山大学", Office.VICE_CHAIR),
        ("council3", "东北财经大学", Office.MEMBER),
    ]:
        institution = Institution.objects.get(name=unit)
        person = _person(users[key], institution, PersonRole.HEAD)
        Seat.objects.create(body=council, institution=institution, person=person, office=office, term_from=dt.date(2023, 5, 20))
    unit = Institution.objects.get(name="南京大学")
    _person(users["liaison"], unit, PersonRole.LIAISON)
    for number, name in enumerate(["周老师（样例）", "吴老师（样例）", "冯老师（样例）", "韩老师（样例）"], start=1):
        person = Person.objects.create(name=name, email=f"teacher{number}@sample.edu.cn", department="教师教学发展中心", post="教师")
        Affiliation.objects.create(person=person, institution=unit, role=PersonRole.DELEGATE, since=dt.date(2023, 9, 1))


def _person(user: User, institution: Institution, role: str) -> Person:
    person = Person.objects.create(name=user.name, email=user.email, department="教师发展中心", post="主任", user=user)
    Affiliation.objects.create(person=person, institution=institution, role=role, since=dt.date(2023, 5, 20))
    return person


def _meetings() -> None:
    """The next quarterly meeting, six weeks from now, and the council assembly of next May."""
    actor = User.objects.get(email="secretariat@sample.edu.cn")
    day = today() + dt.timedelta(days=42)
    begin = dt.datetime.combine(day, dt.time(9, 0), BEIJING)
    quarter = (day.month - 1) // 3 + 1
    meeting = Meeting.objects.create(
        kind="quarterly", quarter=quarter, slug=f"{day.year}-q{quarter}", title=f"{day.year}年第{quarter}季度项目会议（样例）",
        theme="教师发展中心的可持续运行：项目进展汇报与研讨。", starts_at=begin, ends_at=begin + dt.timedelta(hours=8), place="苏州 西交利物浦大学",
        online_link="https://meeting.example.edu.cn/q", capacity=120, members_from=now() - dt.timedelta(days=3),
        public_from=now() + dt.timedelta(days=14), register_until=begin - dt.timedelta(days=7),
    )  # fmt: skip
    publish_meeting(meeting, actor=actor)
    year = day.year if day.month < 4 else day.year + 1
    begin = dt.datetime(year, 5, 16, 9, 0, tzinfo=BEIJING)
    assembly = Meeting.objects.create(
        kind="council", slug=f"{year}-assembly", title=f"{year}年理事大会（样例）", theme="年度工作报告与重大事项审议。", starts_at=begin,
        ends_at=begin + dt.timedelta(hours=8), place="苏州", capacity=200, members_from=now() - dt.timedelta(days=1), public_from=now(),
        register_until=begin - dt.timedelta(days=7),
    )  # fmt: skip
    Offer.objects.create(meeting=assembly, name="成员单位免费参加", seats_per_unit=None, draws_on_allowance=False)
    publish_meeting(assembly, actor=actor)


def _screening() -> None:
    """A round that is open, two questions, the checklist, texts that recur."""
    day = today()
    round_ = RecruitmentRound.objects.create(
        name=f"{day.year}年度招募（样例）", opens_on=day - dt.timedelta(days=30), closes_on=day + dt.timedelta(days=120), target=12, notice="秘书处〔2025〕3号"
    )
    Question.objects.create(
        code="projects",
        text="贵校希望参与哪一类联盟项目？",
        kind=QuestionKind.CHOICE,
        choices="教发中心建设\n教师发展师培养\n教学创新与评价\n其他",
        position=1,
        recruitment=round_,
    )
    Question.objects.create(code="visit", text="是否愿意承办一次季度会议？", kind=QuestionKind.YES_NO, position=2, help="仅供规划参考，不影响审核。")
    for position, text in enumerate(
        ["单位名称与公章一致", "公章清晰完整", "部门负责人已签字", "联络人与财务联系人信息完整", "属于教师发展中心或相关部门（章程）"], start=1
    ):
        ChecklistItem.objects.create(text=text, position=position)
    ReasonTemplate.objects.create(title="公章不清晰", text="公章不清晰，请重新盖章后扫描上传。")
    ReasonTemplate.objects.create(title="名称与公章不一致", text="填写的单位名称与公章不一致，请核对后更正并重新盖章。")
    ReasonTemplate.objects.create(title="不属于招募范围", text="经审核，贵单位不属于联盟章程规定的成员单位范围。", for_declining=True)


def _mail() -> None:
    """A domain with a rate of its own, an address that came back, and a firmer text for the last reminder of dues."""
    DomainRate.objects.create(domain="qq.com", per_minute=60)
    mark_dead("teacher4@sample.edu.cn", "550 5.1.1 样例：收件人不存在", now())
    actor = User.objects.get(email="secretariat@sample.edu.cn")
    body = "{{ name }}：\n\n缴费通知单 {{ number }} 的 {{ owed }} 逾期已久（样例文本）。如有困难，请与秘书处联系。\n\n{{ link }}\n"
    save_text("notices/mail/invoice_due", "zh-hans", subject="逾期提醒：缴费通知单 {{ number }}", body=body, actor=actor, variant="firm")
    ReminderRule.objects.filter(kind="invoice_due", offset_days=60).update(variant="firm")
