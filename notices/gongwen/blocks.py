"""The body of a notice: plain lines with a little markup, read into blocks that page, PDF and DOCX are made from.

One paragraph a line. Headings are known by their numbers (一、（一）1.（1）). `- ` begins an item of a list, `| a | b |` a row of a table
(a second row of `| --- |` makes the first one its head), `**words**` are bold, `[words](address)` is a link, a backslash takes a sign literally.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

DIGITS = "零一二三四五六七八九十"
# The four levels of GB/T 9704: 一、 （一） 1. （1）
LEVELS = (
    re.compile(r"^([一二三四五六七八九十百零]+)、"),
    re.compile(r"^（([一二三四五六七八九十百零]+)）"),
    re.compile(r"^(\d{1,2})[.．、]\s*(?!\d)"),
    re.compile(r"^（(\d{1,2})）"),
)
LONGEST_HEADING = 40
SENTENCE_END = "。！？；”）"
LINK = re.compile(r"\[((?:[^\]\\]|\\.)+)\]\(((?:https?://|mailto:|/)[^\s()]*)\)")
BARE_LINK = re.compile(r"https?://[A-Za-z0-9\-._~:/?#@!$&'*+,;=%]+[A-Za-z0-9/#=]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
SPECIAL = re.compile(r"([\\|]|\*\*|\[(?=[^\]]*\]\())")


@dataclass(frozen=True)
class Run:
    """Words in one dress."""

    text: str
    bold: bool = False
    link: str = ""


@dataclass(frozen=True)
class Block:
    """A paragraph (`p`), an item of a list (`item`) or a table. `level` 1 to 4 for a numbered paragraph; `title` when all of it is a heading."""

    kind: str = "p"
    runs: tuple[Run, ...] = ()
    level: int = 0
    number: int = 0
    title: bool = False
    rows: tuple[tuple[tuple[Run, ...], ...], ...] = ()
    has_head: bool = False

    @property
    def text(self) -> str:
        """The words alone; of a table its cells, row by row."""
        if self.kind == "table":
            return "\n".join(" ".join(plain(cell) for cell in row) for row in self.rows)
        return plain(self.runs)

    @property
    def linked(self) -> list[Run]:
        """The runs with bare addresses as links."""
        return with_bare_links(self.runs)

    @property
    def head_rows(self) -> tuple[tuple[tuple[Run, ...], ...], ...]:
        """The rows that stand again at the top of the next page."""
        return self.rows[:1] if self.has_head else ()

    @property
    def body_rows(self) -> tuple[tuple[tuple[Run, ...], ...], ...]:
        """The other rows."""
        return self.rows[1:] if self.has_head else self.rows


def plain(runs: Iterable[Run]) -> str:
    """The words of some runs."""
    return "".join(run.text for run in runs)


def value_of(numeral: str) -> int:
    """The value of 三, 十二, 二十, 一百零三; of digits as well. 0 for what is no number."""
    if numeral.isdecimal():
        return int(numeral)
    hundreds, hundred, rest = numeral.rpartition("百")
    tens, ten, ones = rest.lstrip("零").rpartition("十")
    parts = (hundreds, tens, ones)
    if any(len(part) > 1 or part not in DIGITS for part in parts):
        return 0
    value = (DIGITS.index(hundreds) if hundreds else 1) * 100 if hundred else 0
    value += (DIGITS.index(tens) if tens else 1) * 10 if ten else 0
    return value + (DIGITS.index(ones) if ones else 0)


def numeral_of(value: int) -> str:
    """3 as 三, 12 as 十二, 103 as 一百零三; from a thousand on in digits."""
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    if hundreds > 9:
        return str(value)
    if hundreds:
        return f"{DIGITS[hundreds]}百" + ("" if not rest else f"零{DIGITS[ones]}" if not tens else f"{DIGITS[tens]}十" + (DIGITS[ones] if ones else ""))
    if not tens:
        return DIGITS[ones]
    return (DIGITS[tens] if tens > 1 else "") + "十" + (DIGITS[ones] if ones else "")


def prefix_of(level: int, number: int) -> str:
    """How a heading of a level begins: 一、（一）1.（1）."""
    return (f"{numeral_of(number)}、", f"（{numeral_of(number)}）", f"{number}.", f"（{number}）")[level - 1]


def paragraph(runs: tuple[Run, ...]) -> Block:
    """A paragraph, with the level that its number gives it."""
    text = plain(runs)
    for level, form in enumerate(LEVELS, start=1):
        if hit := form.match(text):
            title = len(text) <= LONGEST_HEADING and text[-1] not in SENTENCE_END
            return Block("p", runs, level, value_of(hit.group(1)), title)
    return Block("p", runs)


def read_blocks(body: str) -> list[Block]:
    """The blocks of a body."""
    found: list[Block] = []
    table: list[str] = []
    for line in [*body.replace("\r", "").split("\n"), ""]:
        text = line.strip().strip("\u3000").strip()
        if len(text) > 1 and text.startswith("|") and text.endswith("|"):
            table.append(text)
            continue
        if table:
            found.append(_table(table))
            table = []
        if text.startswith("- "):
            found.append(Block("item", read_runs(text[2:].strip())))
        elif text:
            found.append(paragraph(read_runs(text)))
    return [block for block in found if block.text.strip()]


def _table(lines: list[str]) -> Block:
    rows = [tuple(read_runs(cell.strip()) for cell in _cells(line)) for line in lines]
    has_head = len(rows) > 1 and all(re.fullmatch(r":?-{3,}:?", plain(cell)) for cell in rows[1])
    if has_head:
        del rows[1]
    width = max(len(row) for row in rows)
    return Block("table", rows=tuple(row + ((),) * (width - len(row)) for row in rows), has_head=has_head)


def _cells(line: str) -> list[str]:
    """The cells of `| a | b |`; a bar after a backslash belongs to its cell."""
    return re.findall(r"((?:[^|\\]|\\.)*)\|", line[1:])


def read_runs(text: str) -> tuple[Run, ...]:
    """The runs of a line."""
    found = list(_tokens(text))
    stars = sum(kind == "bold" for kind, *_rest in found)
    runs: list[Run] = []
    bold, seen = False, 0
    for kind, words, link in found:
        if kind == "bold":
            seen += 1
            # The last one of an odd number opens nothing: it is what it is.
            if seen == stars and stars % 2:
                runs.append(Run("**", bold))
            else:
                bold = not bold
        elif words:
            runs.append(Run(words, bold, link))
    return tuple(merged(runs))


def _tokens(text: str) -> Iterator[tuple[str, str, str]]:
    words, position = "", 0
    while position < len(text):
        link = LINK.match(text, position)
        if text[position] == "\\" and position + 1 < len(text):
            words += text[position + 1]
            position += 2
        elif text.startswith("**", position) or link:
            yield "text", words, ""
            words = ""
            if link:
                yield "text", re.sub(r"\\(.)", r"\1", link.group(1)), link.group(2)
            else:
                yield "bold", "", ""
            position = link.end() if link else position + 2
        else:
            words += text[position]
            position += 1
    yield "text", words, ""


def merged(runs: Iterable[Run]) -> list[Run]:
    """Neighbours in the same dress as one."""
    made: list[Run] = []
    for run in runs:
        if made and (made[-1].bold, made[-1].link) == (run.bold, run.link):
            made[-1] = Run(made[-1].text + run.text, run.bold, run.link)
        elif run.text:
            made.append(run)
    return made


def with_bare_links(runs: Iterable[Run]) -> list[Run]:
    """Addresses that stand in running text become links: for pages, not for paper."""
    made: list[Run] = []
    for run in runs:
        if run.link:
            made.append(run)
            continue
        end = 0
        for hit in BARE_LINK.finditer(run.text):
            address = hit.group(0)
            made += [Run(run.text[end : hit.start()], run.bold), Run(address, run.bold, address if "://" in address else f"mailto:{address}")]
            end = hit.end()
        made.append(Run(run.text[end:], run.bold))
    return [run for run in made if run.text]


def write_blocks(blocks: Iterable[Block]) -> str:
    """The body that reads as these blocks."""
    lines: list[str] = []
    last = ""
    for block in blocks:
        if block.kind == "table":
            # An empty line keeps two tables apart.
            lines += [""] if last == "table" else []
            lines += _table_lines(block)
        elif block.kind == "item":
            lines.append(f"- {write_runs(block.runs)}")
        else:
            lines.append(_guarded(write_runs(block.runs)))
        last = block.kind
    return "\n".join(lines)


def _guarded(line: str) -> str:
    """A paragraph that only looks like an item or a row stays a paragraph."""
    return f"\\{line}" if line.startswith("- ") else line


def _table_lines(block: Block) -> list[str]:
    lines = [f"| {' | '.join(write_runs(cell) for cell in row)} |" for row in block.rows]
    if block.has_head:
        lines.insert(1, f"|{' --- |' * len(block.rows[0])}")
    return lines


def write_runs(runs: Iterable[Run]) -> str:
    """A line that reads as these runs."""
    written = ""
    for run in runs:
        words = SPECIAL.sub(r"\\\1", run.text)
        if run.link:
            words = f"[{run.text.replace(chr(92), chr(92) * 2).replace(']', chr(92) + ']')}]({run.link})"
        written += f"**{words}**" if run.bold else words
    # Two bold runs side by side (one of them a link) share their stars.
    return written.replace("****", "")
