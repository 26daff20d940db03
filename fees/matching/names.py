"""Finding universities in what a bank passes on: exactly, by the longest name first; and suggesting where nothing is exact."""

from dataclasses import dataclass

from pypinyin import lazy_pinyin
from rapidfuzz import fuzz, process

from fees.matching.register import Register
from fees.matching.words import ALLIANCE, ANNUAL, ANOTHER, COPIED, DEPARTMENTS, ENTRY, GENERAL, OTHER, plain, segments, without
from members.names import normalise

LONGEST = 40
SUGGEST_AT = 75
MAX_SUGGESTIONS = 5
SHORTEST_PREFIX = 3


@dataclass(frozen=True, slots=True)
class Found:
    """A name in a text. `strong`: it stands alone and means one institution; else it is only a candidate."""

    institutions: tuple[int, ...]
    text: str
    strong: bool
    why: str


def names_in(text: str, register: Register) -> list[Found]:
    """The institutions that a remark names, in their order."""
    cleaned = without(without(without(plain(text), COPIED), register.payee), ALLIANCE)
    found: list[Found] = []
    for piece in segments(cleaned):
        found += _in_piece(piece, register)
    if not found:
        joined = "".join(segments(cleaned.replace("|", "")))
        found = [Found(f.institutions, f.text, strong=False, why=f.why) for f in _in_piece(joined, register)]
    if not found:
        for piece in segments(cleaned):
            found += _cut_or_misspelt(piece, register)
    return found


def payer_name(text: str, register: Register) -> Found | None:
    """The institution whose account it is, by the account's holder: the whole name, apart from a department."""
    whole = normalise(plain(text))
    if not whole or whole in register.payee:
        return None
    for candidate in _without_departments(whole):
        if candidate in register.names:
            return _judged(candidate, register, left="", right="")
    inside = _in_piece(whole, register)
    return inside[0] if len(inside) == 1 and inside[0].text != whole else None


def _without_departments(whole: str) -> list[str]:
    """The name, and shorter forms of it with departments taken off the end."""
    forms, current = [whole], whole
    changed = True
    while changed:
        changed = False
        for word in DEPARTMENTS:
            if current.endswith(word) and len(current) > len(word) + 1:
                current = current[: -len(word)]
                forms.append(current)
                changed = True
                break
    return forms


def _in_piece(piece: str, register: Register) -> list[Found]:
    text = normalise(piece)
    found = []
    position = 0
    while position < len(text):
        lengths = register.starts.get(text[position : position + 2])
        length = next((n for n in sorted(lengths, reverse=True) if text[position : position + n] in register.names), 0) if lengths else 0
        if length and length <= LONGEST:
            found.append((position, length))
            position += length
        else:
            position += 1
    results = []
    for index, (start, length) in enumerate(found):
        left = text[(found[index - 1][0] + found[index - 1][1]) if index else 0 : start]
        right = text[start + length : found[index + 1][0] if index + 1 < len(found) else len(text)]
        results.append(_judged(text[start : start + length], register, left=left, right=right))
    return results


def _judged(name: str, register: Register, *, left: str, right: str) -> Found:
    """How far a name that was found can be trusted, by what stands around it."""
    entries = register.names[name]
    institutions = tuple(dict.fromkeys(institution for institution, _full, _ambiguous in entries))
    full = any(is_full for _institution, is_full, _ambiguous in entries)
    ambiguous = len(institutions) > 1 or any(flag for _institution, _full, flag in entries)
    if ambiguous:
        official = [institution for institution in institutions if register.normal.get(institution) == name]
        if len(official) == 1 and full:
            institutions, ambiguous = (official[0],), False
    rest_left, rest_right = _residue(left), _residue(right)
    if ambiguous:
        return Found(institutions, name, strong=False, why="ambiguous")
    if ANOTHER.match(rest_right):
        return Found(institutions, name, strong=False, why="another")
    if rest_left or (not full and len(name) <= 2 and rest_right):
        return Found(institutions, name, strong=False, why="inside")
    if full:
        longer = [other for other in register.names if len(other) > len(name) and other.startswith(name + rest_right)] if rest_right else []
        if longer:
            return Found(institutions, name, strong=False, why="inside")
    return Found(institutions, name, strong=True, why="full" if full else "short")


def _residue(text: str) -> str:
    """What is left of the words around a name when fees, years, amounts and departments are taken away."""
    for pattern in (ENTRY, ANNUAL, GENERAL, OTHER):
        text = pattern.sub("", text)
    for word in DEPARTMENTS:
        text = text.replace(word, "")
    for word in (
        "付",
        "交",
        "缴",
        "补",
        "转",
        "汇",
        "款",
        "及",
        "和",
        "与",
        "年度",
        "年",
        "元",
        "入会",
        "会费",
        "费",
        "理事单位",
        "成员单位",
        "单位",
        "支付",
        "代",
        "预",
        "附言",
        "摘要",
        "跨行",
        "用途",
    ):
        text = text.replace(word, "")
    return "".join(c for c in text if not c.isdigit() and not c.isascii())


def _cut_or_misspelt(piece: str, register: Register) -> list[Found]:
    """Candidates for a person to choose from: names that begin so, that sound so, or that are nearly so. Never strong."""
    text = _residue(normalise(piece))
    if len(text) < SHORTEST_PREFIX:
        return []
    pool = register.members | register.expected or set(register.official)
    beginnings = [pk for pk, name in register.normal.items() if name.startswith(text)]
    if 0 < len(beginnings) <= MAX_SUGGESTIONS * 2:
        ranked = sorted(beginnings, key=lambda pk: (pk not in pool, register.official[pk]))
        return [Found(tuple(ranked), text, strong=False, why="cut")]
    alike = register.sounds.get("".join(lazy_pinyin(text)), [])
    near = process.extract(text, register.normal, scorer=fuzz.ratio, score_cutoff=SUGGEST_AT, limit=MAX_SUGGESTIONS)
    candidates = list(dict.fromkeys([*alike, *[pk for _name, _score, pk in near]]))
    candidates.sort(key=lambda pk: (pk not in alike, pk not in pool))
    return [Found(tuple(candidates[:MAX_SUGGESTIONS]), text, strong=False, why="misspelt")] if candidates else []
