"""Hostile and broken files, made from a seed: the same number makes the same file for ever."""

import csv
import io
import random
import zipfile

from openpyxl import Workbook
from PIL import Image

from alliance.common.sheets.kinds import SheetKind
from tests.factories.common import pdf

# What people, exports and attackers put into cells.
CELLS = (
    "", " ", "第1样例大学", "苏州大学", "苏大", "南大", "２０２５－０３－０５", "2025-03-05", "2025年3月5日", "45000", "9999-99-99", "0000-00-00", "2025-02-30",
    "1e308", "-1", "3.5", "NaN", "inf", "1" * 400, "长" * 6000, "=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "'", '"', "\"未闭合", "a\nb", "a\rb", "\t", "a;b,c",
    "<script>alert(1)</script>", "{{ 7*7 }}", "%s %(x)s", "Robert'); DROP TABLE members_person;--", "\u202eמה", "👩‍🏫", "e\u0301", "\ufeff名", "\u0000", "\u200b", "é" * 300,
    "a@b.cn", "a@b", "@", "a b@c.cn", "LIAISON", "联络人", "主任", "正常", "是", "否", "TRUE", "普通联盟单位", "ordinary", "2024-001", "2099-999",
    "12100000400000624D", "12100000400000624O", "91320594MA1MJ0ABCD", "4132010285", "公办", "本科", "3000", "￥3,000.00", "３０００", "-0.001", "99999999999999999999",
)  # fmt: skip
# What a column usually holds, right and nearly right: with these, tables are really taken over and taken back.
UNITS = ("苏州大学", "苏大", "蘇州大學", "南京大学", "南昌大学", "第1样例大学", "第2样例大学", "南大", "新建学院", "不存在大学")
DAYS = ("2019-05-08", "2024/3/1", "2024年3月1日", "20240301", "45352", "2025-02-30", "2031-01-01", "2018-10")
TIERS = ("普通联盟单位", "ordinary", "理事单位")
PLAUSIBLE: dict[str, tuple[str, ...]] = {
    "institution": UNITS, "name": UNITS, "alias": ("苏大", "东吴", "Soochow", "南大", "东吴大学", "Soochow University", "苏州大学", "蘇大"),
    "kind": ("short", "简称", "former", "曾用名", "English name", "官方", "quarterly", "季度会议"), "ambiguous": ("是", "否", "1", "x"),
    "valid_until": DAYS, "moe_code": ("4132010285", "4132010284", "413201028", "4199999999", "4188888888"), "name_en": ("Soochow University", "X", "东吴"),
    "credit_code": ("12100000400000624D", "12100000400000624O", "1210 0000 4000 0062 4D", "91320594MA1MJ0ABCD"), "province": ("江苏省", "江西省"), "city": ("苏州市",),
    "level": ("本科", "undergraduate", "专科", "博士"), "authority": ("教育部", "江苏省（厅）"), "ownership": ("公办", "民办", "中外合作", "国有"),
    "is_985": ("是", "否"), "is_211": ("是", "否"), "is_double_first_class": ("是", "否"), "is_listed": ("是", "否"),
    "number": ("2024-001", "2024-002", "2019-007", "2020-011", "2021-012", "2022-013", "9" * 21), "joined_on": DAYS, "approved_on": DAYS,
    "ended_on": ("", "", "2025-06-30", "2025年12月31日", "2017-01-01", "昨天"), "ended_kind": ("", "", "withdrawn", "除名", "Removed", "merged", "消失"),
    "ended_how": ("", "主动退出", "院校合并"), "tier": TIERS,
    "tiers": ("2019 普通联盟单位", "2024 ordinary", "2024 普通联盟单位\n2025 ordinary", "2024 普通联盟单位;2024 ordinary", "普通", "20 x", ""),
    "suspensions": ("", "", "2024-05-01 至 2024-06-01 欠费", "2025-01-01 至今 欠费", "2024-05-01至2024-06-01 a;2024-05-15至2024-07-01 b", "2025-01-01", "很久"),
    "role": ("联络人", "liaison", "财务", "负责人", "delegate", "校长"), "department": ("教务处", "教师发展中心（筹）"), "post": ("主任", "科员"),
    "mobile": ("13800001234", "0512-65880000"), "email": ("", "a@b.cn", "A@B.cn", "li@suda.edu.cn", "wang@suda.edu.cn", "x@", "a b@c.cn"),
    "since": ("2019-05-08", "2024/3/1", "2024年3月1日", "昨天", ""), "until": ("", "", "", "2025-06-30", "2017-01-01"),
    "year": ("2024", "2025", "2025年", "25", "1900"), "owed": ("2000", "2,000.00", "￥2000", "0", "-1", ""), "credit": ("", "500", "0.005", "1e9"),
    "title": ("2024年第一季度会议", "教发论坛"), "day": ("2024-03-18", "2023/6/1", "2031-01-01"), "place": ("苏州", "线上"), "person": ("李老师", "苏大", "王老师", ""),
}  # fmt: skip
PEOPLE = ("李老师", "王老师", "苏大", "李老师")
HEADS = ("", "备注", "序号", "x", "学校名称", "姓名", "姓名", "#N/A")
HEADERS = (
    b"%PDF-1.7\n", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xef\xbb\xbf", b"GIF89a", b"<svg ",
)  # fmt: skip
SUFFIXES = ("pdf", "jpg", "png", "heic", "xlsx", "xls", "csv", "exe", "", "pdf.exe", "svg", "../../x.pdf", "名\u202e.pdf", "a" * 300 + ".csv")


def mutated(content: bytes, rng: random.Random) -> bytes:
    """The bytes with one to four things done to them that a bad line, a bad disk or a bad person does."""
    for _ in range(rng.randint(1, 4)):
        content = _hurt(content, rng)
    return content


def _hurt(content: bytes, rng: random.Random) -> bytes:
    size = max(1, len(content))
    at, length = rng.randrange(size), rng.randint(1, max(1, min(400, size // 2)))
    before, piece, after = content[:at], content[at : at + length], content[at + length :]
    outcomes = (
        before,
        before + bytes(byte ^ (1 << rng.randrange(8)) for byte in piece) + after,
        before + rng.randbytes(length) + piece + after,
        before + b"\0" * len(piece) + after,
        before + piece + piece + after,
        before + after,
        rng.choice(HEADERS) + content,
        content + rng.choice((b"%%EOF", b"\0" * 50, b"<script>", rng.randbytes(60))),
    )
    return rng.choice(outcomes)


def picture(rng: random.Random, kind: str) -> bytes:
    """A small picture of one colour."""
    buffer = io.BytesIO()
    Image.new(rng.choice(("RGB", "L")), (rng.randint(1, 60), rng.randint(1, 60)), rng.randrange(255)).save(buffer, kind)
    return buffer.getvalue()


def scan(rng: random.Random) -> tuple[str, bytes]:
    """A name and the bytes of something that somebody sends as the sealed form."""
    seeds = (pdf, lambda: picture(rng, "JPEG"), lambda: picture(rng, "PNG"), lambda: rng.randbytes(rng.randint(0, 300)), lambda: archive(rng))
    content = rng.choice(seeds)()
    if rng.random() < 0.85:
        content = mutated(content, rng)
    return f"scan.{rng.choice(SUFFIXES)}", content


def archive(rng: random.Random) -> bytes:
    """A zip that says it is a workbook, or nearly."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr("xl/workbook.xml", rng.choice(("", "<a/>", "<!DOCTYPE x [<!ENTITY e 'e'>]><x>&e;</x>", "0" * 200_000)))
        folder.writestr(rng.choice(("[Content_Types].xml", "../../etc/x", "xl/worksheets/sheet1.xml")), "<x/>")
    return buffer.getvalue()


def rows_for(kind: SheetKind, rng: random.Random) -> list[list[str]]:
    """A table that looks like one of this kind, columns as people leave them, and cells from CELLS or mostly right ones."""
    kept = [column for column in kind.columns if rng.random() < (0.97 if column.required else 0.75)]
    header = [rng.choice((column.name, str(column.label), *column.synonyms)) for column in kept]
    header += [rng.choice(HEADS) for _ in range(rng.randint(0, 2))]
    if rng.random() < 0.3:
        rng.shuffle(header)
    rows = [[f"某表 {rng.random()}"] for _ in range(rng.choice((0, 0, 0, 1, 3)))] + [header]
    widths = [max(0, len(header) + rng.choice((0, 0, 0, 0, -1, 1))) for _ in range(rng.randint(0, 6))]
    if rng.random() < 0.35:
        return rows + [[rng.choice(CELLS) for _ in range(width)] for width in widths]
    names = {heading: column.name for column in kept for heading in (column.name, str(column.label), *column.synonyms)}
    wrong = rng.choice((0.0, 0.0, 0.05, 0.3))
    return rows + [[cell_for(kind, names.get(head, ""), wrong, rng) for head in header] for _ in widths]


def cell_for(kind: SheetKind, column: str, wrong: float, rng: random.Random) -> str:
    """What this column may hold; with the chance `wrong`, anything."""
    usual = PEOPLE if (kind.code, column) == ("people", "name") else PLAUSIBLE.get(column, CELLS)
    return rng.choice(CELLS if rng.random() < wrong else usual)


def table(kind: SheetKind, rng: random.Random) -> tuple[str, bytes]:
    """A name and the bytes of such a table as XLSX or CSV, sometimes damaged."""
    rows = rows_for(kind, rng)
    if rng.random() < 0.4:
        book = Workbook()
        for row in rows:
            book.active.append(["".join(c for c in cell if c >= " " or c in "\n\t") for cell in row])
        buffer = io.BytesIO()
        book.save(buffer)
        name, content = "t.xlsx", buffer.getvalue()
    else:
        text = io.StringIO()
        csv.writer(text, delimiter=rng.choice(",,,;\t")).writerows(rows)
        name, content = "t.csv", text.getvalue().encode(rng.choice(("utf-8", "utf-8-sig", "gb18030", "utf-16")), "replace")
    if rng.random() < 0.25:
        content = mutated(content, rng)
    return name, content
