"""What is wrong with a notice before it is issued; and a notice copied from paper, as the text that we keep."""

import re
import unicodedata
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notices.gongwen.blocks import BARE_LINK, LEVELS, Block, paragraph, read_blocks, read_runs, with_bare_links
from notices.gongwen.fields import FIELD, unknown_fields

# A line that fills less than this of the widest one has come to its end.
EARLY_END = 0.8
# a) and ① and （a） are for school books.
FOREIGN_NUMBER = re.compile(r"^(?:[a-hA-H][)）.．、]|[（(][a-hA-H][)）]|[①-⑳])")
PLACEHOLDER = re.compile(r"【[^】]*】|_{2,}|[xX×]{2,}|＿{2,}|\{\w*\}|待(?:定|补充|填写|确认)|（空）|（\s*）|\(\s*\)")


@dataclass(frozen=True)
class Finding:
    """Something a person should look at before issuing. `serious` ones keep a notice from being issued."""

    message: str | Promise
    where: str = ""
    serious: bool = False


def check(*, title: str, addressee: str, body: str, signature: str, dated: bool, attachments: int = 0) -> list[Finding]:
    """What is wrong with a notice: numbering with gaps or repeats at any level, empty placeholders, missing parts, links that lead nowhere.

    `attachments`: how many it has.
    """
    found = _missing(title=title, body=body, signature=signature, dated=dated)
    if addressee.strip() and not addressee.strip().endswith(("：", ":")):
        found.append(Finding(_("The addressee should end with a colon."), addressee))
    for name in unknown_fields(f"{title}\n{addressee}\n{body}"):
        found.append(Finding(_("The field “%(name)s” is unknown.") % {"name": name}, serious=True))
    blocks = read_blocks(body)
    unfilled = _("“%(text)s” looks like a placeholder that nobody has filled in.")
    for text in [title, addressee, *(block.text for block in blocks)]:
        # Addresses are not prose: xxgk.example.edu.cn is no gap.
        if hit := PLACEHOLDER.search(BARE_LINK.sub("", FIELD.sub("", text))):
            found.append(Finding(unfilled % {"text": hit.group(0)}, text.strip()[:40], serious=True))
    return found + _numbering(blocks) + _links(blocks) + _attachments(body, attachments)


def _missing(*, title: str, body: str, signature: str, dated: bool) -> list[Finding]:
    parts = (
        (title.strip(), _("The title is missing.")),
        (body.strip(), _("The text is missing.")),
        (signature.strip(), _("The signature is missing.")),
        (dated, _("The date is missing.")),
    )
    return [Finding(message, serious=True) for there, message in parts if not there]


def _numbering(blocks: list[Block]) -> list[Finding]:
    found = []
    expected = [1, 1, 1, 1]
    for block in blocks:
        if FOREIGN_NUMBER.match(block.text):
            found.append(Finding(_("This numbering is not one of the four levels 一、（一）1.（1）."), block.text[:40]))
        if not block.level:
            continue
        level = block.level - 1
        if block.number != expected[level]:
            message = _("The numbering jumps: %(found)s stands where %(expected)s is expected.") % {"found": block.number, "expected": expected[level]}
            found.append(Finding(message, block.text[:40]))
        expected[level] = block.number + 1
        expected[level + 1 :] = [1] * (3 - level)
    return found


def links_in(blocks: list[Block]) -> list[str]:
    """Every address that the blocks lead to, each once."""
    cells = [block.runs for block in blocks] + [cell for block in blocks for row in block.rows for cell in row]
    return list(dict.fromkeys(run.link for runs in cells for run in with_bare_links(runs) if run.link))


def _links(blocks: list[Block]) -> list[Finding]:
    found = []
    for link in links_in(blocks):
        if not link.startswith("http"):
            continue
        host = re.sub(r"^https?://", "", link).split("/")[0].split(":")[0]
        if "." not in host or host.endswith((".example", ".test", ".invalid", ".local")):
            found.append(Finding(_("This link leads nowhere."), link, serious=True))
    return found


def _attachments(body: str, count: int) -> list[Finding]:
    named = [int(number) for number in re.findall(r"附件\s*(\d{1,2})", body)]
    if re.search(r"见附件|附件[）)。，]", body) and not named:
        named = [1]
    if named and max(named) > count:
        message = _("The text speaks of attachment %(number)s; there are %(count)s.") % {"number": max(named), "count": count}
        return [Finding(message, serious=True)]
    return []


def from_printed(text: str) -> str:
    """A notice that was copied from a printed page, as paragraphs: broken lines joined, empty ones and page numbers taken out."""
    # What a program that prints to text leaves of links goes; so does the space after a number.
    bare = re.sub(r"mailto:\S+", "", text.replace("\r", ""))
    # The arrow of a word processor's list is a sign of its own font.
    bare = re.sub(r"(?m)^\s*[\uf0b7\uf0d8\uf06c\uf0a7\uf0fc•·▪]\s*", "- ", bare)
    lines = [unicodedata.normalize("NFC", line).strip() for line in bare.split("\n")]
    lines = [re.sub(r"^([一二三四五六七八九十]+、|\d{1,2}[.．])\s+", r"\1", line) for line in lines]
    lines = [line for line in lines if line and not re.fullmatch(r"[-—–]?\s*\d{1,3}\s*[-—–]?", line)]
    full = max((_width(line) for line in lines), default=0)
    made: list[str] = []
    before = ""
    for line in lines:
        # A printed line that ends early ends its paragraph, unless the next word was too long for the rest of it.
        is_short = _width(before) < full * EARLY_END and not re.match(r"[A-Za-z0-9]", line)
        begins = any(form.match(line) for form in LEVELS) or bool(re.match(r"^(?:[a-h]\)|- |\d{4} ?年 ?\d{1,2} ?月[\d 日]*$)", line)) or is_short
        if made and not begins and not _ends(made[-1]):
            made[-1] += ("" if not (made[-1][-1].isascii() and line[0].isascii()) else " ") + line
        else:
            made.append(line)
        before = line
    return "\n".join(re.sub(r"(?<=[\u4e00-\u9fff，。；：“”（）])\s+(?=[\u4e00-\u9fff，。；：“”（）])", "", line) for line in made)


def _width(line: str) -> float:
    """How many characters wide a printed line is; Latin letters are half as wide."""
    return sum(1 if ord(sign) > 255 else 0.5 for sign in line)


def _ends(line: str) -> bool:
    """Whether a paragraph ends with this line: at the end of a sentence, or a heading that is complete."""
    return line[-1] in "。！？：:" or (paragraph(read_runs(line)).title and len(line) <= 20)
