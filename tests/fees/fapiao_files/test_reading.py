"""Fapiao files read by XML, metadata, QR code and text; hostile ones refused."""

import datetime as dt
import io
import json
import os
import unicodedata
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from fees.fapiao_files.reading import read_bundle
from fees.fapiao_files.tables import TemplateError, fill_template, read_summary
from fees.fapiao_files.values import from_text
from tests.fees.fapiao_files.samples import NUMBER, huge_png, ofd, pdf, pdf_with_picture, xml, zipped

SHARED = Path(os.environ.get("ALLIANCE_SHARED", Path(__file__).resolve().parents[4] / "shared")) / "data"


def only(bundle):
    assert bundle.problems == ()
    (found,) = bundle.found
    return found


def test_xml_says_everything():
    found = only(read_bundle("a.xml", xml()))

    facts = (found.number, found.issued_on, found.net, found.tax, found.total, found.buyer_name, found.buyer_tax_number, found.is_red, found.read_by)
    assert facts == (NUMBER, dt.date(2025, 1, 20), Decimal("4854.37"), Decimal("145.63"), Decimal("5000.00"), "清华大学", "12100000400000624D", False, "xml")


def test_a_red_one_names_what_it_reverses():
    found = only(read_bundle("a.xml", xml(total="-5000.00", number="2" * 20, extra=f"<Remark>被红冲蓝字数电发票号码：{NUMBER}</Remark>")))

    assert (found.is_red, found.red_of) == (True, NUMBER)


def test_pdf_by_its_metadata():
    info = {"InvoiceNumber": NUMBER, "IssueTime": "2025-01-20", "TotalTax-includedAmount": "5000.00", "BuyerName": "清华大学"}

    found = only(read_bundle("a.pdf", pdf(info)))

    assert (found.number, found.total, found.buyer_name, found.read_by) == (NUMBER, Decimal("5000.00"), "清华大学", "metadata")


def test_pdf_by_its_qr_code():
    found = only(read_bundle("a.pdf", pdf(code=f"01,32,,{NUMBER},5000.00,20250120,,74AE")))

    assert (found.number, found.total, found.issued_on, found.read_by) == (NUMBER, Decimal("5000.00"), dt.date(2025, 1, 20), "qr")


@pytest.mark.parametrize(
    "text",
    [
        f"价税合计（大写） （小写）\n{NUMBER}\n2025年01月20日\n清华大学\n12100000400000624D\n西交利物浦大学\n52320000MATE000009\n¥4854.37 ¥145.63\n伍仟圆整 ¥5000.00",
        (
            f"发票号码：{NUMBER}\n开票日期：2025年01月20日\n购 名称：清华大学 销 名称：西交利物浦大学\n方 识别号：12100000400000624D 方 识别号：52320000MATE000009\n"
            "合 计 ¥4854.37 ¥145.63\n价税合计（大写） 伍仟圆整 （小写） ¥5000.00"
        ),
    ],
    ids=["labels first", "side by side"],
)
def test_text_in_its_two_usual_orders(text):
    found = from_text(unicodedata.normalize("NFKC", text))

    assert (found["number"], found["total"], found["net"], found["buyer_name"], found["seller_name"], found["buyer_tax_number"]) == (
        NUMBER, Decimal("5000.00"), Decimal("4854.37"), "清华大学", "西交利物浦大学", "12100000400000624D",
    )  # fmt: skip


def test_ofd_by_its_custom_data():
    found = only(read_bundle("a.ofd", ofd()))

    assert (found.kind, found.number, found.total, found.buyer_name) == ("ofd", NUMBER, Decimal("5000.00"), "清华大学")


def test_a_zip_with_names_in_gbk():
    bundle = read_bundle("a.zip", zipped({"清华大学.xml": xml()}, gbk=True))

    assert [found.name for found in bundle.found] == ["清华大学.xml"]


BILLION = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("dtd.xml", xml(head=BILLION), "DTD"),
        ("slip.zip", zipped({"../../etc/passwd.xml": xml()}), "目录之外"),
        ("bomb.zip", zipped({"a.xml": b"0" * 60_000_000}), "解压"),
        ("script.pdf", pdf({"InvoiceNumber": NUMBER}, script=True), "脚本"),
        ("a.exe", b"MZ\x90\x00", "PDF、OFD"),
        ("empty.xml", b"<a/>", "发票号码"),
        ("half.xml", xml()[:200], "损坏"),
        ("half.zip", zipped({"a.xml": xml()})[:80], "损坏"),
        ("half.pdf", pdf()[:200], "损坏"),
    ],
    ids=lambda value: value if isinstance(value, str) else "bytes",
)
def test_hostile_and_broken_files_are_refused_with_the_reason(name, content, words):
    bundle = read_bundle(name, content)

    assert (bundle.found, len(bundle.problems), words in str(bundle.problems[0].message)) == ((), 1, True)


def test_a_bad_file_in_a_zip_harms_no_other():
    bundle = read_bundle("a.zip", zipped({"good.xml": xml(), "bad.xml": xml(head=BILLION), "x.txt": b"x"}))

    assert ([found.name for found in bundle.found], sorted(problem.name for problem in bundle.problems)) == (["good.xml"], ["bad.xml", "x.txt"])


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["xml", "pdf", "zip", "ofd"]), st.integers(0, 3000), st.binary(min_size=1, max_size=30))
def test_damaged_files_never_raise(kind, position, noise):
    content = {"xml": xml(), "pdf": pdf({"InvoiceNumber": NUMBER}), "zip": zipped({"a.xml": xml()}), "ofd": ofd()}[kind]
    damaged = content[:position] + noise + content[position + len(noise) :]

    bundle = read_bundle(f"a.{kind}", damaged)

    assert len(bundle.found) + len(bundle.problems) >= 0


def workbook(*sheets):
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


BASIC = ["发票流水号*", "发票类型", "购买方名称", "购买方纳税人识别号", "别的列"]
LINES = ["发票流水号", "项目名称", "金额", "税率"]


def test_the_template_is_filled_by_the_names_of_its_columns():
    template = workbook(("说明", [["请勿修改"]]), ("1-发票基本信息", [["填写说明"], BASIC]), ("2-发票明细信息", [LINES]))
    request = {
        "发票流水号": "FP1",
        "购买方名称": "=HYPERLINK(1)",
        "购买方纳税人识别号": "012",
        "项目名称": "会员费",
        "金额": Decimal("2000.00"),
        "税率": Decimal("0.03"),
    }

    book = load_workbook(io.BytesIO(fill_template(template, [request])))

    assert [cell.value for cell in book["1-发票基本信息"][3]] == ["FP1", None, "'=HYPERLINK(1)", "012", None]
    assert [cell.value for cell in book["2-发票明细信息"][2]] == ["FP1", "会员费", 2000, 0.03]
    assert book["说明"]["A1"].value == "请勿修改"


def test_a_template_without_the_columns_says_which():
    request = {"发票流水号": "FP1", "购买方名称": "x", "项目名称": "y", "金额": Decimal(1)}

    with pytest.raises(TemplateError, match="项目名称、金额"):
        fill_template(workbook(("1", [BASIC])), [request])
    with pytest.raises(TemplateError):
        fill_template(b"no workbook", [request])


def test_the_summary_of_the_bureau_adds_up_the_lines_of_a_fapiao():
    head = ["序号", "数电发票号码", "购方识别号", "购买方名称", "开票日期", "金额", "税额", "价税合计", "发票状态"]
    rows = [
        head,
        ["1", NUMBER, "T", "清华大学", "2025-01-20", "2912.62", "87.38", "3000.00", "正常"],
        ["2", NUMBER, "T", "清华大学", "2025-01-20", "1941.75", "58.25", "2000.00", "正常"],
    ]

    (found,) = read_summary(workbook(("信息汇总表", rows)))

    assert (found.number, found.total, found.tax, found.buyer_name) == (NUMBER, Decimal("5000.00"), Decimal("145.63"), "清华大学")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("picture.pdf", pdf_with_picture(10_000, 10_000), "尺寸异常的图片"),
        ("picture.ofd", zipped({"OFD.xml": b"<OFD/>", "Doc_0/Res/image.png": huge_png()}), "尺寸异常的图片"),
        ("a picture by another name.ofd", zipped({"OFD.xml": b"<OFD/>", "Doc_0/Res/seal.dat": huge_png()}), "尺寸异常的图片"),
        ("picture.png", huge_png(), "PDF、OFD"),
        ("entities in an OFD", zipped({"OFD.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><OFD>&b;</OFD>"}), "DTD"),
        ("slip inside.zip", zipped({"inner.zip": zipped({"../../etc/x.xml": xml()})}), "目录之外"),
        ("backslash.zip", zipped({"..\\..\\x.xml": xml()}), "目录之外"),
        ("drive.zip", zipped({"C:/x.xml": xml()}), "目录之外"),
        ("bomb inside.zip", zipped({"inner.zip": zipped({"a.xml": b"0" * 30_000_000})}), "解压"),
        ("program.pdf", pdf(script=True), "脚本"),
        ("utf-16 bomb.xml", b"\xff\xfe" + "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>".encode("utf-16-le"), "DTD"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_more_hostile_files_are_refused_with_the_reason(name, content, words):
    bundle = read_bundle(name, content)

    assert (bundle.found, [words in str(problem.message) for problem in bundle.problems]) == ((), [True])


@pytest.mark.filterwarnings("error")
def test_a_picture_of_a_hundred_megapixels_is_refused_by_its_head_and_never_decoded():
    """Its pixels are not there at all: who decoded it would fail with another reason. No warning is given in place of the refusal."""
    content = zipped({"OFD.xml": b"<OFD/>", "Doc_0/Res/image.png": huge_png()[:200]})

    bundle = read_bundle("picture.ofd", content)

    assert [str(problem.message) for problem in bundle.problems] == ["文件含有尺寸异常的图片，未予接收。"]


def test_a_red_letter_of_several_lines_is_one_in_xml_and_in_the_summary():
    items = "".join(f"<IssuItemInformation><ItemName>会员费</ItemName><Amount>{net}</Amount></IssuItemInformation>" for net in ("-1456.31", "-970.87"))
    written = only(read_bundle("red.xml", xml(number="9" * 20, total="-2500.00", extra=f"{items}<Remark>被红冲发票号码{NUMBER}</Remark>")))
    head = ["数电发票号码", "购买方名称", "开票日期", "金额", "税额", "价税合计", "是否正数发票"]
    rows = [
        head,
        ["9" * 20, "清华大学", "2025-02-01", "-1456.31", "-43.69", "-1500", "否"],
        ["9" * 20, "清华大学", "2025-02-01", "-970.87", "-29.13", "-1000", "否"],
    ]
    (listed,) = read_summary("\n".join(",".join(row) for row in rows).encode())

    assert [(one.number, one.total, one.tax, one.is_red) for one in (written, listed)] == [("9" * 20, Decimal("-2500.00"), Decimal("-72.82"), True)] * 2
    assert written.red_of == NUMBER


def test_a_zip_inside_a_zip_is_opened():
    bundle = read_bundle("a.zip", zipped({"清华.zip": zipped({"清华大学.xml": xml()}, gbk=True), "b.pdf": pdf({"InvoiceNumber": "3" * 20})}))

    assert ([found.name for found in bundle.found], bundle.problems) == (["清华大学.xml", "b.pdf"], ())


def test_xml_that_declares_gbk():
    content = xml().decode().replace('encoding="utf-8"', 'encoding="GBK"').encode("gbk")

    assert only(read_bundle("a.xml", content)).buyer_name == "清华大学"


def test_the_day_of_issue_counts_and_not_that_of_the_request():
    content = xml(day="2025-02-01").replace(b"</BasicInformation>", b"<RequestTime>2025-01-20 10:11:12</RequestTime></BasicInformation>")

    assert only(read_bundle("a.xml", content)).issued_on == dt.date(2025, 2, 1)


def test_the_first_one_of_a_red_one_stands_closed_in_the_summary():
    head = ["数电发票号码", "购买方名称", "开票日期", "价税合计", "发票状态", "是否正数发票"]
    rows = [head, [NUMBER, "清华大学", "2025-01-20", "5000", "已红冲-全额", "是"], ["2" * 20, "清华大学", "2025-01-21", "-5000", "正常", "否"]]

    found = read_summary("\n".join(",".join(row) for row in rows).encode())

    assert [(one.number, one.is_red, one.is_closed) for one in found] == [(NUMBER, False, True), ("2" * 20, True, False)]


@pytest.mark.skipif(not SHARED.exists(), reason="the samples (shared/data) are not there")
def test_the_real_shapes_of_xml_text_template_and_summary():
    sample = only(read_bundle("a.xml", (SHARED / "samples" / "einvoice_sample.xml").read_bytes()))
    texts = json.loads((SHARED / "samples" / "einvoice_pdf_text.json").read_text(encoding="utf-8"))
    read = [from_text(unicodedata.normalize("NFKC", text)) for text in texts.values()]
    columns = json.loads((SHARED / "einvoice_batch_template.json").read_text(encoding="utf-8"))
    template = workbook(*[(name, [columns[name]]) for name in ("1-发票基本信息", "2-发票明细信息")])
    request = {"发票流水号": "FP1", "购买方名称": "清华大学", "项目名称": "*现代服务*会员费", "金额": Decimal(5000)}

    book = load_workbook(io.BytesIO(fill_template(template, [request])))

    assert (sample.number, sample.total, sample.buyer_name, sample.remark) == (NUMBER, Decimal("5000.00"), "清华大学", "可持续联盟 入会费+2025年费")
    assert [(found["number"], found["total"], found["buyer_name"]) for found in read] == [
        ("26112000009999999990", Decimal("1196.10"), "清华大学"),
        (NUMBER, Decimal("5000.00"), "清华大学"),
    ]
    assert [[cell.value for cell in sheet[2] if cell.value] for sheet in book] == [["FP1", "清华大学"], ["FP1", "*现代服务*会员费", 5000]]
