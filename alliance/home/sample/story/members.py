"""More members, with contacts; some of what a secretariat is missing is missing here too."""

import datetime as dt

from alliance.common.clock import today
from alliance.home.sample.story.universities import APPLICANTS, UNIVERSITIES
from members.enums import AliasKind, EndedHow, MembershipStatus, PersonRole
from members.models import Affiliation, Institution, Membership, MembershipTier, Person, Tier, User
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
    for position, (name, province, city, ownership, is_985, is_211, double, shorts, joined, tier) in enumerate(UNIVERSITIES):
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


def _one_has_left() -> None:
    """Before the year's dues, so that the one that has gone owes nothing."""
    officer = User.objects.get(email="secretariat@sample.edu.cn")
    gone = Membership.objects.get(institution__name="石河子大学")
    how, reason = EndedHow.WITHDRAWN, "来函申请退出，理事会同意（样例）"
    end_membership(gone, actor=officer, how=how, reason=reason, on=dt.date(today().year - 1, 12, 31))


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
