"""Plain text as a secretariat writes it, one paragraph a line, and the structure that its numbering gives it."""

import re
import unicodedata
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DIGITS = "零一二三四五六七八九十"
# The four levels of GB/T 9704: 一、 （一） 1. （1）
LEVELS = (
    re.compile(r"^([一二三四五六七八九十百]+)、"),
    re.compile(r"^（([一二三四五六七八九十百]+)）"),
    re.compile(r"^(\d{1,2})[.．、]\s*(?!\d)"),
    re.compile(r"^（(\d{1,2})）"),
)
PLACEHOLDER = re.compile(r"【[^】]*】|_{2,}|[xX×]{2,}|＿{2,}|\{\w*\}|待定|（空）")
LONGEST_HEADING = 40
SENTENCE_END = "。！？；”）"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph: `level` 1 to 4 for a numbered one, 0 for running text. `title` when the whole paragraph is a heading."""

    text: str
    level: int = 0
    number: int = 0
    title: bool = False


@dataclass(frozen=True)
class Finding:
    """Something a person should look at before issuing. `serious` ones keep a notice from being issued."""

    message: str | Promise
    where: str = ""
    serious: bool = False


def value_of(numeral: str) -> int:
    """The value of 三, 十二, 二十; of digits as well."""
    if numeral.isdecimal():
        return int(numeral)
    tens, _ten, ones = numeral.rpartition("十")
    if "十" not in numeral:
        return DIGITS.index(numeral) if len(numeral) == 1 else 0
    return (DIGITS.index(tens) if tens else 1) * 10 + (DIGITS.index(ones) if ones else 0)


def paragraphs(body: str) -> list[Paragraph]:
    """The paragraphs of a body, one for each line that is not empty."""
    found = []
    for line in body.replace("\r", "").split("\n"):
        text = line.strip().strip("\u3000").strip()
        if text:
            found.append(_paragraph(text))
    return found


def _paragraph(text: str) -> Paragraph:
    for level, form in enumerate(LEVELS, start=1):
        if hit := form.match(text):
            title = len(text) <= LONGEST_HEADING and text[-1] not in SENTENCE_END
            return Paragraph(text, level, value_of(hit.group(1)), title)
    return Paragraph(text)


def check(*, title: str, addressee: str, body: str, signature: str, dated: bool) -> list[Finding]:
    """What is wrong with a notice: numbering with gaps or repeats at any level, empty placeholders, missing parts, links that lead nowhere."""
    found: list[Finding] = []
    if not title.strip():
        found.append(Finding(_("The title is missing."), serious=True))
    if not body.strip():
        found.append(Finding(_("The text is missing."), serious=True))
    if not signature.strip():
        found.append(Finding(_("The signature is missing."), serious=True))
    if not dated:
        found.append(Finding(_("The date is missing."), serious=True))
    if addressee.strip() and not addressee.strip().endswith(("：", ":")):
        found.append(Finding(_("The addressee should end with a colon."), addressee))
    unfilled = _("“%(text)s” looks like a placeholder that nobody has filled in.")
    hits = [(text, hit.group(0)) for text in [title, addressee, *body.split("\n")] if (hit := PLACEHOLDER.search(text))]
    found += [Finding(unfilled % {"text": words}, text.strip()[:40], serious=True) for text, words in hits]
    return found + _numbering(paragraphs(body)) + _links(body)


def _numbering(rows: list[Paragraph]) -> list[Finding]:
    found = []
    expected = [1, 1, 1, 1]
    for row in rows:
        if not row.level:
            continue
        level = row.level - 1
        if row.number != expected[level]:
            message = _("The numbering jumps: %(found)s stands where %(expected)s is expected.") % {"found": row.number, "expected": expected[level]}
            found.append(Finding(message, row.text[:40]))
        expected[level] = row.number + 1
        expected[level + 1 :] = [1] * (3 - level)
    return found


def _links(body: str) -> list[Finding]:
    found = []
    for link in re.findall(r"https?://[^\s，。；）]*", body):
        host = re.sub(r"^https?://", "", link).split("/")[0]
        if "." not in host or host.endswith((".example", ".test", ".invalid", ".local")):
            found.append(Finding(_("This link leads nowhere."), link, serious=True))
    return found


def from_printed(text: str) -> str:
    """A notice that was copied from a printed page, as paragraphs: broken lines joined, empty ones and page numbers taken out."""
    # What a program that prints to text leaves of links goes; so does the space after a number.
    bare = re.sub(r"mailto:\S+", "", text.replace("\r", ""))
    lines = [unicodedata.normalize("NFC", line).strip() for line in bare.split("\n")]
    lines = [re.sub(r"^([一二三四五六七八九十]+、|\d{1,2}[.．])\s+", r"\1", line) for line in lines]
    lines = [line for line in lines if line and not re.fullmatch(r"[-—–]?\s*\d{1,3}\s*[-—–]?", line)]
    made: list[str] = []
    for line in lines:
        begins = any(form.match(line) for form in LEVELS) or bool(re.match(r"^[a-h]\)", line)) or (line.endswith(("：", ":")) and len(line) <= 30)
        if made and not begins and not _ends(made[-1]):
            made[-1] += ("" if not (made[-1][-1].isascii() and line[0].isascii()) else " ") + line
        else:
            made.append(line)
    return "\n".join(re.sub(r"(?<=[\u4e00-\u9fff，。；：“”（）])\s+(?=[\u4e00-\u9fff，。；：“”（）])", "", line) for line in made)


def _ends(line: str) -> bool:
    """Whether a paragraph ends with this line: at the end of a sentence, or a heading that is complete."""
    return line[-1] in "。！？：:" or (_paragraph(line).title and len(line) <= 20)
