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
    """A table that looks like one of this kind, with cells as CELLS has them and columns as people leave them."""
    kept = [column for column in kind.columns if rng.random() < (0.97 if column.required else 0.75)]
    header = [rng.choice((column.name, str(column.label), *column.synonyms)) for column in kept]
    header += [rng.choice(HEADS) for _ in range(rng.randint(0, 2))]
    if rng.random() < 0.3:
        rng.shuffle(header)
    rows = [[f"某表 {rng.random()}"] for _ in range(rng.choice((0, 0, 0, 1, 3)))] + [header]
    widths = [max(0, len(header) + rng.choice((0, 0, 0, 0, -1, 1))) for _ in range(rng.randint(0, 6))]
    return rows + [[rng.choice(CELLS) for _ in range(width)] for width in widths]


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
