"""What goes out comes in again, into an empty system too, and nothing of it is lost."""

import datetime as dt

import pgtrigger
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from alliance.common.admin.exports import as_xlsx
from alliance.common.sheets.kinds import sheet_kind
from alliance.common.sheets.services import apply_import, begin_import, preview, undo_import
from members.enums import AliasKind, EndedHow, MembershipStatus
from members.models import Affiliation, Institution, InstitutionAlias, Membership, MembershipTier, Person, Suspension
from members.services.importing import alias_row
from members.services.memberships import end_membership, suspend_membership
from tests.factories.members import AffiliationFactory, InstitutionFactory, MembershipFactory, PersonFactory, TierFactory

pytestmark = pytest.mark.django_db


def start(kind, rows, actor):
    """A table of this kind with our own headers, previewed."""
    rows = list(rows)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    content = as_xlsx("表", columns, [[row.get(name, "") for name in columns] for row in rows]).content
    run = begin_import(sheet_kind(kind), SimpleUploadedFile("表.xlsx", content), actor=actor)
    return preview(run, run.mapping)


def outcomes(run):
    return [(row.outcome, row.reason) for row in run.rows.all()]


def exported(kind):
    return sorted((dict(row) for row in sheet_kind(kind).export()), key=repr)


@pytest.fixture
def loose_ends(secretary):
    """What has no number, and who has no role."""
    PersonFactory(name="无职务老师", email="none@example.edu.cn")
    PersonFactory(name="无职务老师", email="", department="教务处")
    PersonFactory(name="无职务老师", email="", department="人事处")
    MembershipFactory(pending=True, institution__name="待缴费大学", approved_on=dt.date(2026, 3, 5))
    never = MembershipFactory(pending=True, institution__name="从未缴费大学")
    end_membership(never, actor=secretary, how=EndedHow.LAPSED, reason="逾期未缴费", on=dt.date(2026, 3, 6))
    return secretary


@pytest.mark.parametrize("kind", ["memberships", "people"])
def test_what_has_no_number_and_who_has_no_role_goes_out_and_in_unchanged(loose_ends, kind):
    run = start(kind, sheet_kind(kind).export(), loose_ends)

    assert [row.outcome for row in run.rows.all()] == ["same"] * {"memberships": 2, "people": 3}[kind], outcomes(run)


def test_what_has_no_number_comes_into_an_empty_register(loose_ends):
    before = exported("memberships")
    rows = list(sheet_kind("memberships").export())
    undo_all()

    apply_import(start("memberships", rows, loose_ends), actor=loose_ends, only_good=False)

    assert exported("memberships") == before
    found = {m.institution.name: (m.status, m.number) for m in Membership.objects.select_related("institution")}
    assert found == {"待缴费大学": ("pending_payment", None), "从未缴费大学": ("ended", None)}


def test_people_without_a_role_come_in_and_go_again(secretary):
    run = start(
        "people",
        [{"institution": "", "name": "新来的", "email": "New@Example.edu.cn"}, {"institution": "", "name": "有日期", "since": "2026-03-05"}],
        secretary,
    )
    apply_import(run, actor=secretary, only_good=True)
    between = list(Person.objects.filter(affiliations=None).values_list("name", "email"))

    undo_import(run, actor=secretary)

    assert [row.outcome for row in run.rows.all()] == ["new", "error"]
    assert (between, Person.objects.filter(affiliations=None).count()) == ([("新来的", "new@example.edu.cn")], 0)


def test_a_row_without_number_does_not_touch_a_member(secretary):
    MembershipFactory(institution__name="苏州大学", number="2019-002")

    run = start("memberships", [{"institution": "苏州大学", "number": "", "joined_on": "", "approved_on": "2026-03-05"}], secretary)

    assert outcomes(run) == [("error", "该校已有有效的成员资格 2019-002。")]


@pytest.fixture
def story(secretary):
    """Members with a past: tiers that changed, a rest that is over, one that lasts, an end, a former name."""
    ordinary, council = TierFactory(), TierFactory(code="council", name="理事单位（示例）")
    one = MembershipFactory(institution__name="中国石油大学（北京）", number="2019-001", joined_on=dt.date(2019, 5, 8), approved_on=dt.date(2019, 4, 1))
    MembershipTier.objects.create(membership=one, tier=council, from_year=2024)
    Suspension.objects.create(membership=one, since=dt.date(2023, 1, 1), until=dt.date(2023, 6, 1), reason="经费审批")
    resting = MembershipFactory(institution__name="苏州大学", number="2019-002", tier=ordinary)
    suspend_membership(resting, actor=secretary, reason="欠费", on=dt.date(2025, 2, 1))
    gone = MembershipFactory(institution__name="燕山大学", number="2018-003", joined_on=dt.date(2018, 10, 20))
    end_membership(gone, actor=secretary, how=EndedHow.REMOVED, reason="连续两年欠费", on=dt.date(2024, 12, 31))
    alias_row(one.institution, "石油学院", AliasKind.FORMER, valid_until=dt.date(1988, 12, 31)).save()
    alias_row(one.institution, "石油学院", AliasKind.SHORT).save()
    return secretary


@pytest.mark.parametrize("kind", ["institutions", "aliases", "memberships", "people"])
def test_an_export_with_a_past_imported_again_changes_nothing(story, kind):
    for name, department in (("李老师", "教务处"), ("李老师", "人事处")):
        AffiliationFactory(
            institution=Institution.objects.get(name="苏州大学"), role="delegate", person__name=name, person__email="", person__department=department
        )

    run = start(kind, sheet_kind(kind).export(), story)

    assert {row.outcome for row in run.rows.all()} == {"same"}, [(row.reason, row.changes) for row in run.rows.all()]


def test_memberships_come_into_an_empty_register_with_their_past(story):
    before = exported("memberships")
    rows = list(sheet_kind("memberships").export())
    undo_all()

    apply_import(start("memberships", rows, story), actor=story, only_good=False)

    assert exported("memberships") == before
    found = {m.number: (m.status, m.ended_kind, m.tier_in(2022).code, m.tier_in(2026).code, m.suspensions.count()) for m in Membership.objects.all()}
    assert found == {
        "2019-001": (MembershipStatus.ACTIVE, "", "ordinary", "council", 1),
        "2019-002": (MembershipStatus.SUSPENDED, "", "ordinary", "ordinary", 1),
        "2018-003": (MembershipStatus.ENDED, EndedHow.REMOVED, "ordinary", "ordinary", 0),
    }


def undo_all():
    """An empty register, by the only way there is: past the triggers."""
    with pgtrigger.ignore("members.Membership:never_deleted", "members.Suspension:never_deleted"):
        Suspension.objects.all().delete()
        MembershipTier.objects.all().delete()
        Membership.objects.all().delete()


def test_names_come_in_with_kind_and_date(story):
    before = exported("aliases")
    rows = list(sheet_kind("aliases").export())
    InstitutionAlias.objects.exclude(kind=AliasKind.OFFICIAL).delete()

    apply_import(start("aliases", rows, story), actor=story, only_good=False)

    assert exported("aliases") == before
    assert InstitutionAlias.objects.get(kind=AliasKind.FORMER).valid_until == dt.date(1988, 12, 31)


def test_an_import_that_suspends_and_ends_is_taken_back_as_a_whole(story):
    before = exported("memberships")
    rows = [
        {
            "institution": "中国石油大学（北京）",
            "number": "2019-001",
            "joined_on": "2019-05-08",
            "suspensions": "2025-03-01 至今 欠费",
            "tiers": "2025 ordinary",
        },
        {"institution": "苏州大学", "number": "2019-002", "joined_on": "2024-03-01", "ended_on": "2025-06-30", "ended_kind": "主动退出"},
    ]
    rows[1]["ended_kind"] = str(EndedHow.WITHDRAWN.label)
    run = start("memberships", rows, story)
    apply_import(run, actor=story, only_good=False)
    between = {m.number: (m.status, m.ended_kind) for m in Membership.objects.exclude(number="2018-003")}

    undo_import(run, actor=story)

    assert between == {"2019-001": ("suspended", ""), "2019-002": ("ended", "withdrawn")}
    assert exported("memberships") == before


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"tiers": "2024 银牌"}, "“2024 银牌”：请写年份和下列类别之一：普通联盟单位。"),
        ({"tiers": "2024 ordinary\n2024 普通联盟单位"}, "2024年出现了两次。"),
        ({"suspensions": "去年"}, "“去年”：请写成“2024-03-01 至 2024-06-01 原因”。"),
        ({"suspensions": "2024-05-01 至 2024-06-01 甲\n2024-05-15 至 2024-07-01 乙"}, "两次暂停的时间重叠。"),
        ({"suspensions": "2024-05-01 至 2099-06-01 甲"}, "暂停的时间在将来。"),
        ({"ended_kind": "消失", "ended_on": "2025-01-01"}, "“消失”不在下列范围内：自愿退出、除名、学校合并、从未缴费。"),
        ({"ended_kind": "removed"}, "写了终止方式，但没有终止日期。"),
    ],
)
def test_what_the_past_cannot_have_been_is_said(secretary, cells, why):
    TierFactory(), InstitutionFactory(name="苏州大学")

    run = start("memberships", [{"institution": "苏州大学", "number": "2024-009", "joined_on": "2024-03-01", **cells}], secretary)

    assert outcomes(run) == [("error", why)]


UNCLEAR = "该单位有多位同名人员。请写明所指那一位的邮箱。"


@pytest.mark.parametrize("role", ["联络人", "财务"])
def test_two_people_of_one_name_are_told_apart_by_address_or_not_at_all(secretary, role):
    university = InstitutionFactory(name="苏州大学")
    for department in ("教务处", "人事处"):
        AffiliationFactory(institution=university, person__name="李老师", person__email="", person__department=department)

    run = start("people", [{"institution": "苏州大学", "name": "李老师", "role": role, "mobile": "13800001234"}], secretary)

    assert outcomes(run) == [("error", UNCLEAR)]


def test_the_address_says_who_is_meant(secretary):
    university = InstitutionFactory(name="苏州大学")
    one = AffiliationFactory(institution=university, person__name="李老师", person__email="one@suda.edu.cn", person__mobile="")
    two = AffiliationFactory(institution=university, person__name="李老师", person__email="two@suda.edu.cn", person__mobile="")

    run = start("people", [{"institution": "苏州大学", "name": "李老师", "role": "liaison", "email": "TWO@suda.edu.cn", "mobile": "138"}], secretary)
    apply_import(run, actor=secretary, only_good=False)

    assert [a.person.mobile for a in Affiliation.objects.filter(pk__in=[one.pk, two.pk]).order_by("pk")] == ["", "138"]


def test_a_full_width_bracket_makes_no_second_institution(secretary):
    InstitutionFactory(name="中国石油大学（北京）")

    run = start("institutions", [{"name": "中国石油大学(北京)", "name_en": "China University of Petroleum"}], secretary)
    apply_import(run, actor=secretary, only_good=False)

    assert list(Institution.objects.values_list("name", "name_en")) == [("中国石油大学（北京）", "China University of Petroleum")]
