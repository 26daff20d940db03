"""Spreadsheets of any header come in, row by row judged, and go out in the same shape."""

import csv
import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from alliance.common.exceptions import DomainError
from alliance.common.models import OutboxMessage, SheetMapping
from alliance.common.sheets.kinds import sheet_kind
from alliance.common.sheets.reading import SheetUnreadable, read_rows
from alliance.common.sheets.services import CannotUndo, NotTheSame, apply_import, as_date, begin_import, preview, undo_import
from alliance.common.sheets.text import cell_text
from fees.models import Invoice
from fees.selectors.standing import credit_of, owed_by
from fees.services.billing import issue_annual_invoice
from meetings.models import Meeting, Registration
from members.models import Affiliation, Institution, Membership, Person
from tests.factories.fees import ScheduleFactory
from tests.factories.meetings import AllowanceRuleFactory, MeetingFactory, RegistrationFactory
from tests.factories.members import AffiliationFactory, ApplicationFactory, InstitutionAliasFactory, InstitutionFactory, MembershipFactory, TierFactory
from tests.support import timeline

pytestmark = pytest.mark.django_db


def xlsx(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return SimpleUploadedFile("表.xlsx", buffer.getvalue())


def table(*rows, encoding="gb18030"):
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return SimpleUploadedFile("表.csv", buffer.getvalue().encode(encoding))


def start(kind, upload, actor):
    run = begin_import(sheet_kind(kind), upload, actor=actor)
    return preview(run, run.mapping)


def verdicts(run):
    return [(row.number, row.outcome, row.label) for row in run.rows.all()]


def test_members_of_an_old_table_come_in_with_tier_and_certificate(secretary):
    TierFactory()
    one, two = InstitutionFactory(name="苏州大学"), InstitutionFactory(name="燕山大学")
    upload = xlsx(
        ["成员单位名册"], [], ["序号", "学校名称", "编号", "入盟时间"], [1, "苏州大学", "2019-007", "2019年5月8日"], [2, "燕山大学", "2018-002", "2018/10/20"]
    )

    run = start("memberships", upload, secretary)
    apply_import(run, actor=secretary, only_good=False)

    found = Membership.objects.order_by("number").values_list("institution", "number", "status", "joined_on__year")
    assert list(found) == [(two.pk, "2018-002", "active", 2018), (one.pk, "2019-007", "active", 2019)]
    assert [m.tier_in(2026).code for m in Membership.objects.all()] == ["ordinary"] * 2
    assert timeline(Membership.objects.get(number="2018-002"))[0] == ("membership.imported", secretary)


def test_each_row_has_its_verdict_and_errors_stop_the_whole_unless_said(secretary):
    TierFactory()
    MembershipFactory(institution__name="苏州大学", number="2019-007", joined_on="2019-05-08")
    InstitutionFactory(name="燕山大学"), InstitutionFactory(name="扬州大学")
    upload = table(
        ["学校", "会员编号", "入盟日期"],
        ["苏州大学", "2019-007", "2019-05-08"],
        ["燕山大学", "2018-002", "不详"],
        ["不存在大学", "2018-003", "2018-10-20"],
        ["扬州大学", "2021-004", "2021.5.22"],
        ["扬州大学", "2021-004", "2021.5.22"],
    )
    run = start("memberships", upload, secretary)

    assert [outcome for _n, outcome, _l in verdicts(run)] == ["same", "error", "error", "new", "error"]
    with pytest.raises(DomainError):
        apply_import(run, actor=secretary, only_good=False)
    assert Membership.objects.count() == 1
    apply_import(run, actor=secretary, only_good=True)
    assert sorted(Membership.objects.values_list("number", flat=True)) == ["2019-007", "2021-004"]


def test_undo_takes_the_whole_import_back(secretary):
    InstitutionFactory(name="苏州大学", name_en="")
    upload = table(["official", "学校名称", "英文名"], ["", "苏州大学", "Soochow University"], ["", "新建学院", "New College"])
    run = start("institutions", upload, secretary)
    apply_import(run, actor=secretary, only_good=False)
    between = sorted(Institution.objects.values_list("name", "name_en"))

    undo_import(run, actor=secretary)

    assert between == [("新建学院", "New College"), ("苏州大学", "Soochow University")]
    assert list(Institution.objects.values_list("name", "name_en")) == [("苏州大学", "")]


def test_undo_of_memberships_works_and_leaves_no_number_behind(secretary):
    TierFactory()
    InstitutionFactory(name="苏州大学")
    run = start("memberships", table(["学校", "编号", "入盟时间"], ["苏州大学", "2019-007", "2019-05-08"]), secretary)
    apply_import(run, actor=secretary, only_good=False)

    undo_import(run, actor=secretary)

    assert Membership.objects.count() == 0


def test_what_was_built_on_since_is_not_undone(secretary):
    run = start("institutions", table(["学校名称", "省份"], ["新建学院", "江苏省"]), secretary)
    apply_import(run, actor=secretary, only_good=False)
    ApplicationFactory(institution=Institution.objects.get(name="新建学院"))

    with pytest.raises(CannotUndo, match="新建学院"):
        undo_import(run, actor=secretary)

    assert Institution.objects.filter(name="新建学院").exists()


def test_what_was_changed_since_is_not_overwritten_by_the_undo(secretary):
    InstitutionFactory(name="苏州大学")
    run = start("institutions", table(["学校名称", "英文名"], ["苏州大学", "Suzhou Univ"]), secretary)
    apply_import(run, actor=secretary, only_good=False)
    Institution.objects.filter(name="苏州大学").update(name_en="Soochow University")

    with pytest.raises(CannotUndo):
        undo_import(run, actor=secretary)

    assert Institution.objects.get(name="苏州大学").name_en == "Soochow University"


def test_a_change_between_preview_and_button_is_noticed(secretary):
    InstitutionFactory(name="苏州大学")
    run = start("institutions", table(["学校名称", "英文名"], ["苏州大学", "Soochow University"]), secretary)
    Institution.objects.filter(name="苏州大学").update(name_en="Other")

    with pytest.raises(NotTheSame):
        apply_import(run, actor=secretary, only_good=False)

    assert Institution.objects.get(name="苏州大学").name_en == "Other"


@pytest.mark.django_db(transaction=True)
def test_the_button_pressed_twice_at_once_takes_over_once(race, secretary):
    run = start("institutions", table(["学校名称", "省份"], ["新建学院", "江苏省"]), secretary)
    copies = [type(run).objects.get(pk=run.pk) for _n in range(2)]

    outcomes = race(*(lambda copy=copy: apply_import(copy, actor=secretary, only_good=False) for copy in copies))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["DomainError", "SheetImport"]
    assert Institution.objects.count() == 1


def test_columns_that_were_named_once_are_remembered(secretary):
    InstitutionFactory(name="苏州大学")
    first = begin_import(sheet_kind("people"), table(["A列", "B列", "C列"], ["苏州大学", "李老师", "联络人"]), actor=secretary)
    preview(first, {"institution": 0, "name": 1, "role": 2})

    second = begin_import(sheet_kind("people"), table(["A列", "B列", "C列"], ["苏州大学", "王老师", "财务"]), actor=secretary)

    assert (first.mapping, second.mapping) == ({"institution": 0, "name": 1, "role": 2},) * 2
    assert SheetMapping.objects.count() == 1


def test_an_ambiguous_short_name_is_never_decided_by_the_machine(secretary):
    for name in ("南京大学", "南昌大学"):
        InstitutionAliasFactory(institution=InstitutionFactory(name=name), name="南大", ambiguous=True)

    run = start("people", table(["单位", "姓名"], ["南大", "李老师"]), secretary)

    row = run.rows.get()
    assert (row.outcome, row.reason) == ("error", "“南大”可能是：南京大学、南昌大学。")


def test_a_liaison_of_a_table_can_sign_in_afterwards(secretary):
    InstitutionFactory(name="苏州大学")
    run = start("people", table(["单位", "姓名", "角色", "邮箱", "手机"], ["苏州大学", "李老师", "联络人", "Li@suda.edu.cn", "13800001234"]), secretary)
    apply_import(run, actor=secretary, only_good=False)

    person = Person.objects.get()
    assert (person.user.email, person.mobile, person.affiliations.get().role) == ("li@suda.edu.cn", "13800001234", "liaison")


@pytest.mark.parametrize("kind", ["institutions", "aliases", "memberships", "people", "balances", "meetings"])
def test_an_export_imported_again_changes_nothing(secretary, client_for, kind):
    membership = MembershipFactory(institution__name="苏州大学", institution__credit_code="12100000400000624D", institution__is_211=True)
    AffiliationFactory(institution=membership.institution, role="finance", person__department="=财务处")
    AffiliationFactory(institution=membership.institution, role="delegate", until="2025-06-30")
    InstitutionAliasFactory(institution=membership.institution, name="苏大", ambiguous=True)
    ScheduleFactory(), AllowanceRuleFactory()
    issue_annual_invoice(membership, year=2026, actor=secretary, on=dt.date(2026, 3, 1))
    RegistrationFactory(meeting=MeetingFactory(starts_at=dt.datetime(2024, 3, 18, 1, tzinfo=dt.UTC)), institution=membership.institution)
    Registration.objects.update(status="attended")
    Meeting.objects.update(status="held")
    client = client_for(secretary)
    for style in ("xlsx", "csv"):
        exported = client.get(f"/admin/sheets/{kind}/export/?format={style}").content

        run = start(kind, SimpleUploadedFile(f"x.{style}", exported), secretary)

        assert {outcome for _n, outcome, _l in verdicts(run)} == {"same"}, [(r.label, r.reason, r.changes) for r in run.rows.all()]


def test_the_whole_way_by_the_pages(secretary, client_for):
    client = client_for(secretary)
    InstitutionFactory(name="苏州大学")

    columns = client.post("/admin/sheets/institutions/", {"file": table(["校名", "洋名"], ["苏州大学", "Soochow University"])})
    shown = client.get(columns.url)
    judged = client.post(columns.url, {"name": "0", "name_en": "1"})
    looked = client.get(judged.url)
    client.post(judged.url, {"all": ""})

    assert "1. 校名" in shown.text
    assert "Soochow University" in looked.text
    assert Institution.objects.get().name_en == "Soochow University"
    client.post(judged.url, {"undo": ""})
    assert Institution.objects.get().name_en == ""


@pytest.mark.parametrize("content", [b"", b"\0\1\2", b"PK\x03\x04nonsense", b"%PDF-1.4", "没有分隔".encode()])
def test_what_is_no_table_is_refused_with_a_reason(secretary, client_for, content):
    answer = client_for(secretary).post("/admin/sheets/people/", {"file": SimpleUploadedFile("x.xlsx", content)})

    assert answer.status_code == 200
    assert "error-summary" in answer.text or "field__error" in answer.text


@given(st.binary(max_size=3000))
@settings(max_examples=200, deadline=None)
def test_no_bytes_do_more_than_be_unreadable(data):
    try:
        rows = read_rows(data)
    except SheetUnreadable:
        return
    assert all(isinstance(cell, str) for row in rows for cell in row)


@given(st.lists(st.lists(st.text(max_size=30), min_size=1, max_size=9), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_cells_break_the_judging(rows):
    for code in ("institutions", "people", "memberships", "aliases"):
        kind = sheet_kind(code)
        kind.begin()
        for cells in rows:
            row = {column.name: cell_text(cells[n % len(cells)]) for n, column in enumerate(kind.columns)}
            assert kind.judge(row).outcome in {"new", "change", "same", "error"}
            assert isinstance(kind.key(row), str)


@pytest.mark.parametrize(
    ("text", "iso"),
    [("2025-03-05", "2025-03-05"), ("2025/3/5", "2025-03-05"), ("2025.3.5", "2025-03-05"), ("2025年3月5日", "2025-03-05"), ("20250305", "2025-03-05"),
     ("2025-03-05 00:00:00", "2025-03-05"), ("2025年3月", "2025-03-01"), ("2025-02-30", None), ("五月", None), ("", None), ("3/5/2025", None)],
)  # fmt: skip
def test_dates_as_people_write_them(text, iso):
    found = as_date(text)

    assert (found.isoformat() if found else None) == iso


def test_roles_that_ended_stay_ended(secretary):
    InstitutionFactory(name="苏州大学")
    upload = table(["单位", "姓名", "角色", "起始日期", "结束日期"], ["苏州大学", "李老师", "参会代表", "2020-01-01", "2021-12-31"])
    run = start("people", upload, secretary)
    apply_import(run, actor=secretary, only_good=False)

    held = Affiliation.objects.get()
    assert (held.since.year, held.until.year) == (2020, 2021)


def test_opening_balances_become_notices_and_credit_without_a_mail_and_are_undone_by_voiding(secretary):
    ScheduleFactory()
    owing, ahead = MembershipFactory(institution__name="苏州大学"), MembershipFactory(institution__name="燕山大学")
    upload = table(["单位", "年度", "欠缴", "预缴"], ["苏州大学", "2026", "2,000", ""], ["燕山大学", "", "", "4000元"], ["苏州大学", "abc", "1", ""])
    run = start("balances", upload, secretary)
    apply_import(run, actor=secretary, only_good=True)

    invoice = Invoice.objects.get()
    assert [outcome for _n, outcome, _l in verdicts(run)] == ["new", "new", "error"]
    assert (invoice.membership, invoice.owed, owed_by(owing.institution), credit_of(ahead.institution)) == (owing, 2000, 2000, 4000)
    assert OutboxMessage.objects.count() == 0
    assert {
        o
        for _n, o, _l in verdicts(
            start("balances", table(["单位", "年度", "欠缴", "预缴"], ["苏州大学", "2026", "2000", ""], ["燕山大学", "", "", "4000"]), secretary)
        )
    } == {"same"}
    undo_import(run, actor=secretary)
    assert (owed_by(owing.institution), credit_of(ahead.institution)) == (0, 0)


def test_past_meetings_come_in_as_held_with_who_was_there(secretary):
    InstitutionFactory(name="苏州大学")
    upload = table(
        ["会议名称", "日期", "类型", "地点", "单位", "姓名"],
        ["2023年第1季度项目会议", "2023-03-18", "项目季度会议", "苏州", "苏州大学", "李老师"],
        ["2023年第1季度项目会议", "2023-03-18", "项目季度会议", "苏州", "苏州大学", "王老师"],
    )
    run = start("meetings", upload, secretary)
    apply_import(run, actor=secretary, only_good=False)

    meeting = Meeting.objects.get()
    assert (meeting.status, meeting.registrations.filter(status="attended").count()) == ("held", 2)
    undo_import(run, actor=secretary)
    assert (Meeting.objects.count(), Person.objects.count()) == (0, 0)
