"""The language in which staff write mails: text with `{{ field }}`, `{{#part}} … {{/part}}` and `{{^part}} … {{/part}}`.

There is nothing else in it: no attributes, no filters, no tags. A name is looked up among the fields that the mail declares, and nowhere else,
so a text can show nothing that its author was not offered. Values are put in as they are and never read as language again.
"""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

TOKEN = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
NAME = re.compile(r"^\s*([#^/]?)\s*([a-z][a-z0-9_]*)\s*$")


class TextError(Exception):
    """The text is not right; `problems` says what, in the reader's language."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


@dataclass
class Piece:
    """Plain text (`name` empty), a field, or a part with pieces inside."""

    text: str = ""
    name: str = ""
    kind: str = ""
    inner: list["Piece"] = field(default_factory=list)


def parse(text: str, fields: Mapping[str, str]) -> list[Piece]:
    """The text's pieces. `fields`: each declared name with its kind (text, part or list).

    Raises TextError with every problem at once: unknown names, parts that do not open or close, anything else in braces.
    """
    problems = _strangers(text)
    root: list[Piece] = []
    open_parts: list[tuple[str, list[Piece]]] = []
    here, at = root, 0
    for match in TOKEN.finditer(text):
        here.append(Piece(text=text[at : match.start()]))
        at = match.end()
        found = NAME.match(match.group(1))
        if found is None:
            problems.append(_("“%s” is no field.") % match.group(0))
            continue
        sign, name = found.groups()
        if name not in fields:
            problems.append(_unknown(name, fields))
        elif sign == "/":
            if not open_parts or open_parts[-1][0] != name:
                problems.append(_("“{{/%s}}” closes what is not open.") % name)
            else:
                here = open_parts.pop()[1]
        elif sign:
            part = Piece(name=name, kind=sign)
            here.append(part)
            open_parts.append((name, here))
            here = part.inner
        elif fields[name] != "text":
            problems.append(_("“%s” is a part: write {{#%s}} … {{/%s}}.") % (name, name, name))
        else:
            here.append(Piece(name=name, kind="text"))
    here.append(Piece(text=text[at:]))
    problems += [_("“{{#%s}}” is never closed.") % name for name, _outer in open_parts]
    if problems:
        raise TextError(list(dict.fromkeys(problems)))
    return root


def _strangers(text: str) -> list[str]:
    """What belongs to no field: tags of other languages, braces without a partner."""
    found = []
    if "{%" in text or "{#" in text.replace("{{#", ""):
        found.append(_("{% … %} and {# … #} are not understood here; use the fields beside the text."))
    rest = TOKEN.sub("", text)
    if "{{" in rest or "}}" in rest:
        found.append(_("Two braces are left over."))
    return found


def _unknown(name: str, fields: Mapping[str, str]) -> str:
    near = difflib.get_close_matches(name, fields, n=1)
    if near:
        return _("There is no field “%(name)s” in this mail. Did you mean “%(near)s”?") % {"name": name, "near": near[0]}
    return _("There is no field “%s” in this mail.") % name


def render(pieces: Sequence[Piece], values: Any) -> str:
    """The text with values put in. `values.text(name)`, `values.holds(name)` and `values.each(name)` give what the names mean."""
    out: list[str] = []
    for piece in pieces:
        if not piece.name:
            out.append(piece.text)
        elif piece.kind == "text":
            out.append(values.text(piece.name))
        elif piece.kind == "^":
            out.append("" if values.holds(piece.name) else render(piece.inner, values))
        else:
            out.extend(render(piece.inner, inner) for inner in values.each(piece.name))
    return "".join(out)
