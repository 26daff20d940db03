"""Finding universities in what a bank passes on: exactly, by the longest name first."""

import re

from fees.matching.register import Register
from fees.matching.suggest import Found, suggestions, trimmed
from fees.matching.words import ALLIANCE, ANNUAL, ANOTHER, COPIED, DEPARTMENTS, ENTRY, FIGURE, GENERAL, NOTICE, OFFICE, OTHER, SMALL, plain, segments, without
from members.names import normalise

LONGEST = 40
PERSON = 4
SCHOOL = re.compile(r"(?:大学|学院|学校)$")


def names_in(text: str, register: Register) -> list[Found]:
    """The institutions that a remark names, in their order."""
    pieces = segments(cleaned_remark(text, register))
    found: list[Found] = []
    for piece in pieces:
        found += _in_piece(piece, register)
    if not found and len(pieces) > 1:
        # Signs between the characters of a name: a candidate, since the pieces may have been different things.
        found = [Found(f.institutions, f.text, strong=False, why=f.why, weight=min(f.weight, 0.9)) for f in _in_piece("".join(pieces), register)]
    if not any(f.strong or f.why in {"ambiguous", "full", "short"} for f in found):
        for piece in pieces:
            found += suggestions(piece, register)
    return found


def cleaned_remark(text: str, register: Register) -> str:
    """The remark without the alliance, its host and the example that people copy."""
    folded = plain(text)
    for name in register.with_signs:
        folded = folded.replace(name, normalise(name))
    return ALLIANCE.sub("|", without(without(folded, COPIED), register.payee))


def says_more(text: str, register: Register) -> bool:
    """Whether a remark says anything besides names that are known, fees, figures, departments and small words: 暑期学校, 奖励, 复印."""
    rest = normalise(cleaned_remark(NOTICE.sub(" ", plain(text)), register).replace("|", " "))
    for found in sorted(names_in(text, register), key=lambda one: -len(one.text)):
        if found.strong:
            rest = rest.replace(found.text, "")
    for pattern in (ENTRY, ANNUAL, GENERAL, FIGURE):
        rest = pattern.sub("", rest)
    for word in (*DEPARTMENTS, *SMALL):
        rest = rest.replace(word, "")
    return bool(rest)


def remark_habit(text: str, register: Register) -> str:
    """What somebody writes besides fees, years and the alliance, as a key for remembering it; empty when that is a name we know, or too little."""
    if OTHER.search(plain(text)) or any(found.strong or found.why == "ambiguous" for found in names_in(text, register)):
        return ""
    rest = "".join(trimmed(piece) for piece in segments(cleaned_remark(text, register)))
    return rest if 3 <= len(rest) <= LONGEST else ""


def payer_name(text: str, register: Register) -> Found | None:
    """The institution whose account it is, by the account's holder: the whole name, apart from a department."""
    whole = normalise(plain(text))
    if not whole or whole in register.payee:
        return None
    for candidate in _without_departments(whole):
        if candidate in register.names:
            return _judged(candidate, register, left="", right="")
    inside = _in_piece(whole, register)
    if not inside and (called := next((form for form in reversed(_without_departments(whole)) if SCHOOL.search(form)), "")):
        # A bank's clerk misspells too: candidates, never more.
        alike = suggestions(called, register)
        return alike[0] if alike else None
    if len(inside) != 1:
        return None
    rest = whole.partition(inside[0].text)[2]
    is_office = OFFICE.search(rest) is not None
    return inside[0] if is_office or not inside[0].strong else Found(inside[0].institutions, inside[0].text, strong=False, why="another", weight=0.8)


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
        judged = _judged(text[start : start + length], register, left=left, right=right)
        touched = (index and not left) or (index + 1 < len(found) and not right)
        if touched and judged.why == "short":
            # Two short names without anything between are more likely the pieces of a longer one.
            judged = Found(judged.institutions, judged.text, strong=False, why="inside", weight=0.2)
        results.append(judged)
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
        alone = full or not (rest_left or rest_right)
        return Found(institutions, name, strong=False, why="ambiguous" if alone else "inside", weight=0.8 if full else 0.6 if alone else 0.2)
    offices_off = right
    for word in DEPARTMENTS:
        offices_off = offices_off.replace(word, "")
    if ANOTHER.match(rest_right) or ANOTHER.match(offices_off):
        return Found(institutions, name, strong=False, why="another", weight=0.9 if full else 0.2)
    if rest_left or (rest_right and (not full or not (len(rest_right) <= PERSON or OFFICE.search(rest_right)))):
        return Found(institutions, name, strong=False, why="inside", weight=0.8 if full else 0.2)
    if full:
        longer = [other for other in register.names if len(other) > len(name) and other.startswith(name + rest_right)] if rest_right else []
        if longer:
            return Found(institutions, name, strong=False, why="inside", weight=0.7)
    return Found(institutions, name, strong=True, why="full" if full else "short", weight=1)


def _residue(text: str) -> str:
    """What is left of the words around a name when fees, years, amounts and departments are taken away."""
    for pattern in (ENTRY, ANNUAL, GENERAL, OTHER):
        text = pattern.sub("", text)
    for word in (*DEPARTMENTS, *SMALL):
        text = text.replace(word, "")
    return "".join(c for c in text if not c.isdigit() and not c.isascii())
