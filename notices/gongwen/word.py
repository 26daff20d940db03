"""A notice as DOCX. Only the names of the faces stand in it: the reader's own machine has 仿宋 and 小标宋, ours need not."""

import datetime as dt
import io
from collections.abc import Iterable
from dataclasses import dataclass, field

import docx
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from notices.gongwen.blocks import Block, Run

FANGSONG, SONG, HEI, KAI = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312"
LATIN = "Times New Roman"
RED = RGBColor(0xE6, 0x00, 0x12)
LINE = Pt(28.95)
INDENT = Pt(32)


@dataclass(frozen=True)
class Letter:
    """What stands in the document. An attachment without blocks is a file that goes with it."""

    title: str
    blocks: list[Block]
    mark: str = ""
    number: str = ""
    addressee: str = ""
    attachments: list[tuple[str, list[Block] | None]] = field(default_factory=list)
    signatories: list[str] = field(default_factory=list)
    dated_on: dt.date | None = None
    copy_line: str = ""


def as_docx(letter: Letter) -> bytes:
    """The document's bytes."""
    document = docx.Document()
    _page(document)
    if letter.mark:
        _head(document, letter)
    title = _paragraph(document, letter.title, face=SONG, size=22, align=WD_ALIGN_PARAGRAPH.CENTER, indent=False)
    title.paragraph_format.line_spacing = Pt(33)
    title.paragraph_format.space_before, title.paragraph_format.space_after = LINE, LINE
    if letter.addressee:
        _paragraph(document, letter.addressee, indent=False)
    add_blocks(document, letter.blocks)
    _attachment_note(document, [name for name, _blocks in letter.attachments])
    _signature(document, letter)
    for position, (name, blocks) in enumerate(letter.attachments, start=1):
        _attachment(document, position, len(letter.attachments), name, blocks)
    if letter.copy_line:
        _rule(_paragraph(document, f"抄送：{letter.copy_line}", size=14, indent=False), "top", "bottom")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _page(document: Document) -> None:
    """A4, the margins of the standard, other page numbers left and right."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    document.settings.odd_and_even_pages_header_footer = True
    _page_number(section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT)
    _page_number(section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)
    style = document.styles["Normal"]
    style.font.name, style.font.size = LATIN, Pt(16)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FANGSONG)
    style.paragraph_format.space_after = style.paragraph_format.space_before = Pt(0)
    style.paragraph_format.line_spacing_rule, style.paragraph_format.line_spacing = WD_LINE_SPACING.EXACTLY, LINE


def _page_number(paragraph: Paragraph, align: WD_ALIGN_PARAGRAPH) -> None:
    paragraph.alignment = align
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(14)
    _run(paragraph, Run("— "), face="宋体", size=14)
    simple = OxmlElement("w:fldSimple")
    simple.set(qn("w:instr"), "PAGE")
    paragraph._p.append(simple)
    run = _run(paragraph, Run("1"), face="宋体", size=14)
    simple.append(run._r)
    _run(paragraph, Run(" —"), face="宋体", size=14)


def _head(document: Document, letter: Letter) -> None:
    mark = _paragraph(document, letter.mark, face=SONG, size=38 if len(letter.mark) <= 12 else 26, align=WD_ALIGN_PARAGRAPH.CENTER, indent=False)
    mark.paragraph_format.space_before, mark.paragraph_format.space_after = Mm(35), LINE * 2
    mark.paragraph_format.line_spacing = Pt(50)
    mark.runs[0].font.color.rgb = RED
    number = _paragraph(document, letter.number, align=WD_ALIGN_PARAGRAPH.CENTER, indent=False)
    _rule(number, "bottom", colour="E60012", size=12)


def _rule(paragraph: Paragraph, *sides: str, colour: str = "000000", size: int = 8) -> None:
    borders = OxmlElement("w:pBdr")
    for side in sides:
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", str(size)), ("space", "10"), ("color", colour)):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    paragraph._p.get_or_add_pPr().append(borders)


def _paragraph(
    document: Document, text: str, *, face: str = FANGSONG, size: float = 16, align: WD_ALIGN_PARAGRAPH | None = None, indent: bool = True
) -> Paragraph:
    paragraph = document.add_paragraph()
    paragraph.alignment = align
    if indent:
        paragraph.paragraph_format.first_line_indent = INDENT
    _run(paragraph, Run(text), face=face, size=size)
    return paragraph


def _run(paragraph: Paragraph, words: Run, *, face: str = FANGSONG, size: float = 16):
    run = paragraph.add_run(words.text)
    run.font.name, run.font.size, run.bold = LATIN, Pt(size), words.bold or None
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)
    if words.link:
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), paragraph.part.relate_to(words.link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        paragraph._p.append(link)
        link.append(run._r)
    return run


def add_blocks(document: Document, blocks: Iterable[Block]) -> None:
    """Paragraphs in the faces of their levels, lists, tables."""
    for block in blocks:
        if block.kind == "table":
            _table(document, block)
            continue
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.first_line_indent = INDENT
        face = {1: HEI, 2: KAI}.get(block.level, FANGSONG) if block.title or block.level == 1 else FANGSONG
        paragraph.paragraph_format.keep_with_next = block.title and block.level in {1, 2}
        if block.kind == "item":
            _run(paragraph, Run("· "))
        for run in block.runs:
            _run(paragraph, run, face=face)


def _table(document: Document, block: Block) -> None:
    table = document.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for index, row in enumerate(block.rows):
        cells = table.add_row()
        is_head = block.has_head and index == 0
        if is_head:
            repeated = OxmlElement("w:tblHeader")
            repeated.set(qn("w:val"), "true")
            cells._tr.get_or_add_trPr().append(repeated)
        for cell, runs in zip(cells.cells, row, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.line_spacing = Pt(22)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if is_head else None
            for run in runs:
                _run(paragraph, run, face=HEI if is_head else FANGSONG, size=14)


def _attachment_note(document: Document, names: list[str]) -> None:
    for position, name in enumerate(names, start=1):
        number = f"{position}." if len(names) > 1 else ""
        paragraph = _paragraph(document, f"{'附件：' if position == 1 else '　　　'}{number}{name}")
        if position == 1:
            paragraph.paragraph_format.space_before = LINE


def _signature(document: Document, letter: Letter) -> None:
    lines = [*letter.signatories, *([f"{letter.dated_on.year}年{letter.dated_on.month}月{letter.dated_on.day}日"] if letter.dated_on else [])]
    for position, line in enumerate(lines):
        paragraph = _paragraph(document, line, align=WD_ALIGN_PARAGRAPH.RIGHT, indent=False)
        # Centred over the date, which stands four characters in; a longer one stands two in.
        longest = max(len(one) for one in lines)
        inner = (longest - sum(1 if ord(c) > 255 else 0.5 for c in line)) / 2
        paragraph.paragraph_format.right_indent = Pt(16 * ((2 if longest > 17 else 4) + max(inner, 0)))
        paragraph.paragraph_format.space_before = LINE * 2 if position == 0 else Pt(0)
        paragraph.paragraph_format.keep_with_next = position < len(lines) - 1


def _attachment(document: Document, position: int, count: int, name: str, blocks: list[Block] | None) -> None:
    mark = _paragraph(document, f"附件{position}" if count > 1 else "附件", face=HEI, indent=False)
    mark.paragraph_format.page_break_before = True
    title = _paragraph(document, name, face=SONG, size=22, align=WD_ALIGN_PARAGRAPH.CENTER, indent=False)
    title.paragraph_format.line_spacing = Pt(33)
    title.paragraph_format.space_before = title.paragraph_format.space_after = LINE
    if blocks is None:
        _paragraph(document, "（另附电子文件）", align=WD_ALIGN_PARAGRAPH.CENTER, indent=False)
    else:
        add_blocks(document, blocks)
