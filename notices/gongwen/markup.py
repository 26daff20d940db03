"""Pasted or edited HTML (Word's, WPS's, a browser's) as a notice's text, with its structure and without anything else."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import nh3
from lxml import etree
from lxml import html as lxml_html

from notices.gongwen.blocks import Block, Run, merged, paragraph, plain, prefix_of, write_blocks

TAGS = {
    "p", "div", "br", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "table", "thead", "tbody", "tfoot", "tr", "td", "th", "strong", "b", "a",
    "span", "font", "blockquote", "section", "article", "pre",
}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "ol": {"start", "style", "type"}, "p": {"style", "class"}, "span": {"style"}, "td": {"colspan"}, "th": {"colspan"}}
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
CONTAINERS = {"div", "blockquote", "section", "article", "thead", "tbody", "tfoot", "body", "html", "font", "span"}
BLOCKS = {"p", "div", "ul", "ol", "table", "blockquote", "section", "article", "pre", *HEADINGS}
# What a word processor draws before an item of a bulleted list: signs of the fonts Symbol and Wingdings.
BULLETS = set("·•▪■□●○◆◇§Øülnv►➢✓-–—o\uf0b7\uf0d8\uf06c\uf0a7\uf0fc\uf06e")
MAX_HTML = 2_000_000


def clean(html: str) -> str:
    """The HTML without scripts, styles, comments, images and foreign tags. What follows reads only what this lets through."""
    return nh3.clean(
        html[:MAX_HTML],
        tags=TAGS,
        attributes=ATTRIBUTES,
        clean_content_tags={"script", "style", "title", "xml", "template", "noscript", "textarea", "svg", "math"},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
        strip_comments=True,
        filter_style_properties={"font-weight", "mso-list", "list-style-type"},
    )


def blocks_from_html(html: str) -> list[Block]:
    """The blocks of a piece of HTML: headings with their numbers (numbered here where they have none), lists, tables, bold, links."""
    cleaned = clean(html).strip()
    if not cleaned:
        return []
    try:
        root = lxml_html.fragment_fromstring(cleaned, create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return [paragraph((Run(line.strip()),)) for line in re.sub(r"<[^>]*>", "", cleaned).split("\n") if line.strip()]
    reader = _Reader(shallowest=_shallowest_heading(root))
    return [block for block in reader.blocks(root) if block.text.strip()]


def text_from_html(html: str) -> str:
    """The same as text that we keep."""
    return write_blocks(blocks_from_html(html))


def _shallowest_heading(root: etree._Element) -> int:
    ranks = [int(element.tag[1]) for element in root.iter(*HEADINGS)]
    return min(ranks, default=1)


@dataclass
class _Reader:
    shallowest: int
    counts: list[int] = field(default_factory=lambda: [0, 0, 0, 0])

    def blocks(self, element: etree._Element) -> Iterator[Block]:
        """The blocks inside an element, in order; loose words between them become paragraphs."""
        loose: list[Run | None] = _words(element.text)
        for child in element:
            if child.tag in BLOCKS or (child.tag in CONTAINERS and any(inner.tag in BLOCKS for inner in child.iter())):
                yield from self._paragraphs(loose)
                loose = []
                yield from self._block(child)
            else:
                loose += list(_runs(child, bold=False, link=""))
            loose += _words(child.tail)
        yield from self._paragraphs(loose)

    def _block(self, element: etree._Element) -> Iterator[Block]:
        if element.tag in HEADINGS:
            yield from self._heading(element)
        elif element.tag in {"ul", "ol"}:
            yield from self._list(element, depth=0)
        elif element.tag == "table":
            yield _table(element)
        elif element.tag in {"p", "pre"} and not any(inner.tag in BLOCKS for inner in element.iterdescendants()):
            yield from self._paragraph(element)
        else:
            yield from self.blocks(element)

    def _paragraph(self, element: etree._Element) -> Iterator[Block]:
        bullet, runs = _mark_of(element), list(_inner(element))
        if bullet is not None:
            yield Block("item", _tidy(runs))
            return
        yield from self._paragraphs(runs)

    def _paragraphs(self, runs: list[Run | None]) -> Iterator[Block]:
        """One paragraph, or several where lines are broken."""
        line: list[Run] = []
        for run in [*runs, None]:
            if run is not None:
                line.append(run)
                continue
            block = paragraph(_tidy(line))
            if block.level:
                self._count(block.level, block.number)
            yield block
            line = []

    def _count(self, level: int, number: int) -> None:
        self.counts[level - 1] = number
        self.counts[level:] = [0] * (4 - level)

    def _heading(self, element: etree._Element) -> Iterator[Block]:
        runs = tuple(Run(run.text, link=run.link) for run in _tidy([run or Run(" ") for run in _inner(element)]))
        block = paragraph(runs)
        if not block.level and plain(runs).strip():
            level = min(int(element.tag[1]) - self.shallowest + 1, 4)
            block = paragraph(tuple(merged((Run(prefix_of(level, self.counts[level - 1] + 1)), *runs))))
        if block.level:
            self._count(block.level, block.number)
        yield block

    def _list(self, element: etree._Element, *, depth: int) -> Iterator[Block]:
        number = int(element.get("start") or 1) if str(element.get("start") or 1).isdecimal() else 1
        level = _level_of_list(element, depth)
        for item in element.iter("li"):
            if next(item.iterancestors("ul", "ol")) is not element:
                continue
            runs = _tidy([run or Run(" ") for run in _inner(item, without=("ul", "ol"))])
            if element.tag == "ul":
                yield Block("item", runs)
            elif plain(runs).strip():
                block = paragraph(runs)
                yield block if block.level else paragraph(tuple(merged((Run(prefix_of(level, number)), *runs))))
                number += 1
            for inner in item.iter("ul", "ol"):
                if inner is not item and next(inner.iterancestors("li"), None) is item:
                    yield from self._list(inner, depth=depth + 1)


def _level_of_list(element: etree._Element, depth: int) -> int:
    style = element.get("style") or ""
    if "cjk-ideographic" in style or "chinese" in style:
        return min(1 + depth, 2)
    return min(3 + depth, 4)


def _mark_of(element: etree._Element) -> str | None:
    """The bullet that Word put before a paragraph of a list, taken out of it; None for any other paragraph (numbers stay as they are)."""
    for span in element.iter("span"):
        if "mso-list" in (span.get("style") or "") and "gnore" in (span.get("style") or ""):
            mark = "".join(span.itertext()).strip().strip("\xa0 ")
            if mark and set(mark) <= BULLETS:
                tail, parent = span.tail or "", span.getparent()
                span.clear()
                span.tail = tail
                parent.set("data-bullet", mark)
                return mark
    text = "".join(element.itertext()).strip()
    if re.match(r"^[·•▪●◆➢\uf0b7\uf0d8\uf06c\uf0a7\uf0fc][\s\xa0]", text):
        _drop_first(element, text[0])
        return text[0]
    return None


def _drop_first(element: etree._Element, sign: str) -> None:
    for part in element.iter():
        for name in ("text", "tail"):
            words = getattr(part, name)
            if words and words.strip():
                setattr(part, name, words.replace(sign, "", 1).lstrip())
                return


def _table(element: etree._Element) -> Block:
    rows = []
    for row in element.iter("tr"):
        cells: list[tuple[Run, ...]] = []
        for cell in row:
            if cell.tag not in {"td", "th"}:
                continue
            lines = _tidy([run or Run("；") for run in _inner(cell, spaced=True)])
            cells.append(lines if plain(lines).strip("； ") else ())
            span = cell.get("colspan") or "1"
            cells += [()] * (min(int(span), 20) - 1 if span.isdecimal() else 0)
        # An empty row is a line to be filled in.
        if cells:
            rows.append(tuple(cells))
    first = next(element.iter("tr"), None)
    has_head = first is not None and (first.find("th") is not None or first.getparent().tag == "thead")
    bold = bool(rows) and all(run.bold for cell in rows[0] for run in cell) and any(rows[0])
    has_head = (has_head or bold) and len(rows) > 1
    if has_head:
        rows[0] = tuple(tuple(Run(run.text, link=run.link) for run in cell) for cell in rows[0])
    width = max((len(row) for row in rows), default=0)
    return Block("table", rows=tuple(row + ((),) * (width - len(row)) for row in rows), has_head=has_head)


def _inner(element: etree._Element, *, without: tuple[str, ...] = (), spaced: bool = False) -> Iterator[Run | None]:
    """The runs inside an element; None is the end of a line. `spaced`: so is the end of a paragraph inside (in a cell)."""
    yield from _words(element.text)
    for child in element:
        if child.tag not in without:
            if spaced and child.tag in BLOCKS and child.getprevious() is not None:
                yield None
            yield from _runs(child, bold=False, link="", without=without)
        yield from _words(child.tail)


def _runs(element: etree._Element, *, bold: bool, link: str, without: tuple[str, ...] = ()) -> Iterator[Run | None]:
    if element.tag == "br":
        yield None
        return
    style = (element.get("style") or "").replace(" ", "").lower()
    bold = bold or element.tag in {"b", "strong", "th"} or bool(re.search(r"font-weight:(bold|[6-9]00)", style))
    if "font-weight:normal" in style or "font-weight:400" in style:
        bold = False
    if element.tag == "a":
        link = (element.get("href") or "").replace(" ", "%20").replace("(", "%28").replace(")", "%29")
    yield from _words(element.text, bold, link)
    for child in element:
        if child.tag not in without:
            yield from _runs(child, bold=bold, link=link, without=without)
        yield from _words(child.tail, bold, link)


def _words(text: str | None, bold: bool = False, link: str = "") -> list[Run | None]:
    return [Run(re.sub(r"\s+", " ", text.replace("\xa0", " ")), bold, link)] if text else []


def _tidy(runs: Iterable[Run | None]) -> tuple[Run, ...]:
    """Without spaces at the ends, between Chinese words, and after a number; a bold space is no bold."""
    kept = [Run(run.text, run.bold and bool(run.text.strip()), run.link) for run in runs if run is not None]
    made = merged(kept)
    if made:
        made[0] = Run(made[0].text.lstrip(" \u3000"), made[0].bold, made[0].link)
        made[-1] = Run(made[-1].text.rstrip(" \u3000"), made[-1].bold, made[-1].link)
    spaces = re.compile(r"(?<=[\u4e00-\u9fff，。；：“”（）、])\s+(?=[\u4e00-\u9fff，。；：“”（）])")
    made = [Run(spaces.sub("", run.text), run.bold, run.link) for run in made if run.text]
    whole = plain(made)
    if made and re.match(r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十\d]+）|\d{1,2}[.．、])\s+", whole):
        made[0] = Run(re.sub(r"^(\S+?[、）.．])\s+", r"\1", made[0].text), made[0].bold, made[0].link)
        if len(made) > 1 and re.fullmatch(r"\S+[、）.．]\s*", made[0].text):
            made[0] = Run(made[0].text.rstrip(), made[0].bold, made[0].link)
            made[1] = Run(made[1].text.lstrip(), made[1].bold, made[1].link)
    return tuple(merged(made))
