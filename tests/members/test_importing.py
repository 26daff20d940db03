"""The ministry's list, taken over whole or not at all."""

import io
import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import Workbook

from alliance.common.jobs import run_due
from alliance.common.models import Job
from members.enums import AliasKind
from members.importing.moe import ImportRefused, read_list
from members.models import Institution, InstitutionAlias
from members.selectors.institutions import search_institutions
from members.services.importing import import_institutions
from tests.factories.members import InstitutionAliasFactory, InstitutionFactory

SHARED = Path(os.environ.get("ALLIANCE_SHARED", Path(__file__).resolve().parents[3] / "shared")) / "data"
HEADER = ["序号", "学校名称", "学校标识码", "主管部门", "所在地", "办学层次", "备注"]
SUZHOU = [1, "苏州大学 ", 4132010285, "江苏省", "苏州市", "本科", ""]
PRIVATE = [2, "三江学院", "4132011122", "江苏省教育厅", "南京市", "本科", "民办"]


def workbook(*rows, header=HEADER, province="江苏省（2所）") -> bytes:
    """A list of the ministry's shape."""
    book = Workbook()
    for row in (["附件1："], ["全国普通高等学校名单"], header, [province], *rows):
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def load(content):
    return import_institutions(read_list(content), source="import:moe").counts()


def test_a_row_is_read_with_its_province_its_code_as_text_and_blank_as_public():
    first, second = read_list(workbook(SUZHOU, PRIVATE))

    assert (first.name, first.moe_code, first.province, first.level, first.ownership) == ("苏州大学", "4132010285", "江苏省", "undergraduate", "public")
    assert second.ownership == "private"


@pytest.mark.django_db
def test_the_whole_real_list_is_taken_over_and_a_second_time_changes_nothing():
    path = SHARED / "moe_list_2025-06-20.xls"
    if not path.exists():
        pytest.skip("NOT RUN: the ministry's real list is not at hand (set ALLIANCE_SHARED)")
    content = path.read_bytes()

    first, second = load(content), load(content)

    assert (first["new"], second["new"], second["changed"], second["same"]) == (2919, 0, 0, 2919)
    assert Institution.objects.get(moe_code="4132016403").ownership == "cooperative"
    assert Institution.objects.filter(name="渤海船舶职业学院").count() == 1
    assert [i.name for i in search_institutions("suzhoudaxue")][:1] == ["苏州大学"]


@pytest.mark.django_db
def test_a_renamed_university_keeps_its_old_name():
    load(workbook(SUZHOU, PRIVATE))

    counts = load(workbook([1, "东吴大学", 4132010285, "江苏省", "苏州市", "本科", ""], PRIVATE))

    institution = Institution.objects.get(moe_code="4132010285")
    assert (counts["renamed"], institution.name) == (1, "东吴大学")
    assert sorted(institution.aliases.values_list("kind", "name")) == [(AliasKind.FORMER, "苏州大学"), (AliasKind.OFFICIAL, "东吴大学")]
    assert search_institutions("苏州大学") == [institution]


@pytest.mark.django_db
def test_two_universities_may_swap_their_names():
    load(workbook(SUZHOU, PRIVATE))

    load(workbook([1, "三江学院", 4132010285, "江苏省", "苏州市", "本科", ""], [2, "苏州大学", "4132011122", "江苏省教育厅", "南京市", "本科", "民办"]))

    assert list(Institution.objects.order_by("moe_code").values_list("name", flat=True)) == ["三江学院", "苏州大学"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\x00\x01random bytes", "无法作为 Excel 工作簿读取。请使用教育部发布的原文件。"),
        (workbook(SUZHOU, PRIVATE, header=["a", "b"]), "前 30 行中未找到表头。"),
        (workbook(SUZHOU, [2, "三江学院", "41320", "x", "南京市", "本科", ""]), "第 6 行（三江学院）：标识码“41320”不是 10 位数字。"),
        (workbook(SUZHOU, [2, "三江学院", "4132010285", "x", "南京市", "本科", ""]), "第 6 行：编码 4132010285 已在第 5 行出现。"),
        (workbook(SUZHOU), "江苏省：名单写明 2 所，实际 1 行。"),
        (workbook(SUZHOU, [2, "长" * 10_000, "4132011122", "x", "南京市", "本科", ""]), "第 6 行：学校名称缺失，或超过 120 个字。"),
        (workbook(SUZHOU, [2, "三江学院", "4132011122", "x", "南京市", "研究生", ""]), "第 6 行（三江学院）：办学层次“研究生”既非本科也非专科。"),
        (workbook(SUZHOU, [2, "三江学院", "4132011122", "x", "南京市", "本科", "?"]), "第 6 行（三江学院）：备注“?”无法识别。"),
        (workbook(province="江苏省（0所）"), "名单只有表头，没有学校。"),
    ],
)
def test_a_broken_list_changes_nothing_and_says_which_row_and_why(content, message, tmp_path):
    path = tmp_path / "list.xls"
    path.write_bytes(content)

    with pytest.raises(CommandError) as refusal:
        call_command("import_institutions", str(path))

    assert message in str(refusal.value)
    assert Institution.objects.count() == 0


def test_many_errors_are_counted_and_not_all_listed():
    rows = [[n, f"学校{n}", "1", "x", "y", "本科", ""] for n in range(40)]

    with pytest.raises(ImportRefused) as refusal:
        read_list(workbook(*rows, province="江苏省（40所）"))

    assert (len(refusal.value.errors), refusal.value.errors[-1]) == (21, "……另有 20 处。")


@pytest.mark.django_db(transaction=True)
def test_staff_compare_first_and_take_over_in_the_background(secretary, client_for):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = client_for(secretary)
    response = client.post(reverse("admin:members_institution_import"), {"file": SimpleUploadedFile("名单.xlsx", workbook(SUZHOU, PRIVATE))})
    assert Institution.objects.count() == 0

    client.post(response.url)
    run_due()

    job = Job.objects.get()
    assert (job.state, job.summary["new"], Institution.objects.count()) == ("done", 2, 2)


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"", b"\x00" * 500, b"PK\x03\x04 xl/ no zip", b"a,b,c\n1,2,3\n"])
def test_a_hostile_upload_is_refused_at_the_form(secretary, client_for, content):
    from django.core.files.uploadedfile import SimpleUploadedFile

    response = client_for(secretary).post(reverse("admin:members_institution_import"), {"file": SimpleUploadedFile("a.xls", content)})

    assert (response.status_code, "error-summary" in response.content.decode()) == (200, True)


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["苏大", "苏州", "suda", "szdx", "SuZhou", "soochow", "苏州大学", "　苏　州　大　学"])
def test_any_name_finds_the_university(text):
    institution = InstitutionFactory(name="苏州大学")
    InstitutionAliasFactory(institution=institution, name="苏大")
    InstitutionAliasFactory(institution=institution, name="Soochow", kind=AliasKind.ENGLISH)
    InstitutionFactory(name="福州大学")

    assert search_institutions(text)[0] == institution


@pytest.mark.django_db
def test_an_ambiguous_short_name_offers_all_who_use_it():
    for name in ("南京大学", "南昌大学"):
        InstitutionAliasFactory(institution=InstitutionFactory(name=name), name="南大", ambiguous=True)

    assert sorted(i.name for i in search_institutions("南大")) == ["南京大学", "南昌大学"]


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", " ", "a", "%", "' OR 1=1 --", "😀", "\x00", "长" * 10_000])
def test_senseless_searches_find_nothing_and_break_nothing(text):
    InstitutionFactory(name="苏州大学")

    assert search_institutions(text) == []


@pytest.mark.django_db
def test_every_institution_has_one_official_name():
    load(workbook(SUZHOU, PRIVATE))

    assert InstitutionAlias.objects.filter(kind=AliasKind.OFFICIAL).count() == 2
