"""Candidates for a person to choose from where no name stands as it should: cut off, misspelt, shortened in a new way. None of them decides."""

from collections.abc import Iterable
from dataclasses import dataclass

from pypinyin import lazy_pinyin
from rapidfuzz import fuzz, process

from fees.matching.register import Register
from fees.matching.words import ANNUAL, DEPARTMENTS, ENTRY, GENERAL, OTHER, SMALL
from members.names import normalise

SUGGEST_AT = 74
PARTLY_AT = 70
MOST = 6
SHORTEST = 2
LONGEST_SHORT_NAME = 6


@dataclass(frozen=True, slots=True)
class Found:
    """A name in a text. `strong`: it stands alone and means one institution; else it is a candidate, and `weight` (0 to 1) orders candidates."""

    institutions: tuple[int, ...]
    text: str
    strong: bool
    why: str
    weight: float = 0.5


def trimmed(piece: str) -> str:
    """A piece of a remark without fees and departments, and without small words at its two ends; what stands inside is left alone."""
    text = normalise(piece)
    for pattern in (ENTRY, ANNUAL, GENERAL, OTHER):
        text = pattern.sub(" ", text)
    for word in DEPARTMENTS:
        text = text.replace(word, " ")
    parts = [_stripped(part) for part in text.split()]
    return max(parts, key=len, default="")


def _stripped(text: str) -> str:
    before = None
    while before != text:
        before = text
        text = text.strip("0123456789")
        for word in SMALL:
            text = text.removeprefix(word).removesuffix(word)
    return text


def suggestions(piece: str, register: Register) -> list[Found]:
    """Who could be meant by a piece of a remark, members and well-known universities first; never strong."""
    text = trimmed(piece)
    if len(text) < SHORTEST or text.isascii():
        return []
    found = _beginnings(text, register)
    if len(text) > SHORTEST:
        found += _sounding_or_near(text, register)
    found += _endings(text, register) + _shortened(text, register)
    if not found and len(text) > LONGEST_SHORT_NAME // 2:
        near = process.extract(text, register.normal, scorer=fuzz.partial_ratio, score_cutoff=PARTLY_AT, limit=MOST)
        found = [Found((pk,), text, strong=False, why="misspelt", weight=score / 400) for _name, score, pk in near if len(register.normal[pk]) > SHORTEST + 1]
    return found


def _ordered(found: Iterable[int], register: Register) -> tuple[int, ...]:
    """The likeliest first: members and applicants, then the well-known, then the shorter name."""
    concerned = register.members | register.expected
    best = sorted(found, key=lambda pk: (pk not in concerned, -register.rank.get(pk, 0), len(register.normal[pk]), pk))
    return tuple(best[:MOST])


def _beginnings(text: str, register: Register) -> list[Found]:
    found = register.beginning(text)
    if len(text) <= SHORTEST:
        found = [pk for pk in found if pk in register.members] if len(found) > MOST else found
    return [Found(_ordered(found, register), text, strong=False, why="cut", weight=0.85 if len(text) > LONGEST_SHORT_NAME // 2 + 1 else 0.7)] if found else []


def _sounding_or_near(text: str, register: Register) -> list[Found]:
    sound = "".join(lazy_pinyin(text))
    alike = set(register.sounds.get(sound, ()))
    near = process.extract(text, register.normal, scorer=fuzz.ratio, score_cutoff=SUGGEST_AT, limit=3 * MOST)
    found = [Found(_ordered(alike, register), text, strong=False, why="misspelt", weight=0.75)] if alike else []
    for _name, score, pk in near:
        if pk not in alike:
            by_sound = fuzz.ratio(sound, register.sound[pk])
            found.append(Found((pk,), text, strong=False, why="misspelt", weight=round(0.4 * score / 100 + 0.3 * by_sound / 100, 3)))
    return sorted(found, key=lambda one: -one.weight)[: 2 * MOST]


def _endings(text: str, register: Register) -> list[Found]:
    """The beginning is lost: 万里学院 for 浙江万里学院."""
    if len(text) <= SHORTEST:
        return []
    found = [pk for pk in register.ending(text) if len(register.normal[pk]) > len(text)]
    return [Found(_ordered(found, register), text, strong=False, why="cut", weight=0.5)] if 0 < len(found) <= 2 * MOST else []


def _shortened(text: str, register: Register) -> list[Found]:
    """A short name that nobody has told us: its characters stand in the official name in this order, the first one first."""
    if not SHORTEST <= len(text) <= LONGEST_SHORT_NAME:
        return []
    found = [pk for pk in register.by_first.get(text[0], ()) if len(register.normal[pk]) > len(text) and _in_order(text, register.normal[pk])]
    if len(found) > 4 * MOST:
        found = [pk for pk in found if pk in register.members or register.rank.get(pk, 0) > 1]
    return [Found(_ordered(found, register), text, strong=False, why="shortened", weight=0.45)] if found else []


def _in_order(text: str, name: str) -> bool:
    characters = iter(name)
    return all(c in characters for c in text)
