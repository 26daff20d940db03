"""More members, with contacts; some of what a secretariat is missing is missing here too."""

import datetime as dt

from alliance.common.clock import today
from alliance.home.sample.story.universities import APPLICANTS, REMOVED, UNIVERSITIES
from fees.models import TierAmount
from fees.services.billing import issue_opening_balance
from members.enums import AliasKind, DepartureKind, EndedHow, MembershipStatus, PersonRole
from members.models import Affiliation, Departure, Institution, Membership, MembershipTier, Person, Tier, User
from members.services.departures import approve_departure, pass_departure
from members.services.importing import alias_row
from members.services.memberships import end_membership

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
# Every seventh unit has no finance contact, every eleventh no head: the lists of what is missing have something to find.
NO_FINANCE, NO_HEAD = 7, 11


def tell() -> None:
    """The members of the list, and the universities that will apply."""
    numbers: dict[int, int] = {}
    for number in Membership.objects.filter(number__isnull=False).values_list("number", flat=True):
        year, sequence = map(int, number.split("-"))
        numbers[year] = max(numbers.get(year, 0), sequence)
    tiers = {tier.code: tier for tier in Tier.objects.all()}
    for position, (name, province, city, ownership, is_985, is_211, double, shorts, joined, tier) in enumerate([*UNIVERSITIES, REMOVED]):
        institution = university(name, province, city, ownership, is_985, is_211, double, shorts)
        day = dt.date.fromisoformat(joined)
        numbers[day.year] = numbers.get(day.year, 0) + 1
        membership = Membership.objects.create(
            institution=institution, number=f"{day.year}-{numbers[day.year]:03d}", status=MembershipStatus.ACTIVE, joined_on=day, approved_on=day
        )
        MembershipTier.objects.create(membership=membership, tier=tiers[tier], from_year=day.year)
        _contacts(institution, position, day)
    for row in APPLICANTS:
        university(*row)
    _one_has_left()
    _one_was_removed()


def _one_has_left() -> None:
    """Before the year's dues, so that the one that has gone owes nothing."""
    officer = User.objects.get(email="secretariat@sample.edu.cn")
    gone = Membership.objects.get(institution__name="石河子大学")
    how, reason = EndedHow.WITHDRAWN, "来函申请退出，理事会同意（样例）"
    end_membership(gone, actor=officer, how=how, reason=reason, on=dt.date(today().year - 1, 12, 31))


def _one_was_removed() -> None:
    """The year before last's dues were never paid; the council removed it at the end of last year. What it owed stays open."""
    officer, year = User.objects.get(email="secretariat@sample.edu.cn"), today().year - 1
    gone = Membership.objects.get(institution__name=REMOVED[0])
    tier = gone.tier_in(year - 1)
    assert tier is not None  # the list gives each unit one
    owed = TierAmount.objects.get(tier=tier).amount
    issue_opening_balance(gone, year=year - 1, owed=owed, actor=officer, on=dt.date(year, 1, 1))
    # As it was entered last year: the service takes no day that lies in the past.
    removal = Departure.objects.create(
        reference=f"TM{year}-001", membership=gone, kind=DepartureKind.REMOVAL, reason="经多次催缴仍未缴纳会费，且联络人失联（样例）",
        effective_on=dt.date(year, 12, 31), entered_by=officer,
    )  # fmt: skip
    pass_departure(removal, actor=officer)
    approve_departure(removal, actor=officer, decision=f"{year}年度常务理事会会议纪要（样例）", on=dt.date(year, 12, 15))


def university(name: str, province: str, city: str, ownership: str, is_985: int, is_211: int, double: int, shorts: list[str]) -> Institution:
    """An institution with its names."""
    institution = Institution.objects.create(
        name=name, province=province, city=city, level="undergraduate", ownership=ownership,
        is_985=bool(is_985), is_211=bool(is_211), is_double_first_class=bool(double),
    )  # fmt: skip
    alias_row(institution, name, AliasKind.OFFICIAL).save()
    for short in shorts:
        alias_row(institution, short, AliasKind.SHORT).save()
    return institution


def _contacts(institution: Institution, position: int, since: dt.date) -> None:
    surname = SURNAMES[position % len(SURNAMES)]
    people = [(PersonRole.LIAISON, f"{surname}联络（样例）", "科长", "liaison")]
    if position % NO_FINANCE:
        people.append((PersonRole.FINANCE, f"{surname}会计（样例）", "会计", "finance"))
    if position % NO_HEAD:
        people.append((PersonRole.HEAD, f"{surname}主任（样例）", "主任", "head"))
    for role, name, post, box in people:
        person = Person.objects.create(name=name, email=f"{box}{position + 10}@sample.edu.cn", department="教师教学发展中心", post=post)
        Affiliation.objects.create(person=person, institution=institution, role=role, since=since)
