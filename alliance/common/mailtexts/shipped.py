"""The mails that come with the system, read as staff may edit them.

Each is a template of Django's with translations. Its variables, conditions and loops are found in it and become the fields of the mail, so that
a mail is editable from the day a developer adds it, and offers exactly what its own text knows.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template import Context, TemplateDoesNotExist
from django.template.base import FilterExpression, Node, NodeList, Template, TextNode, VariableNode, render_value_in_context
from django.template.defaulttags import CommentNode, ForNode, IfNode
from django.template.loader import get_template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils import translation

from alliance.common.mailtexts.labels import label_of

# Names of the two files of a mail: ours, and those of django-allauth.
ENDINGS = ((".subject.txt", ".txt"), ("_subject.txt", "_message.txt"))


@dataclass
class Field:
    """What a name in a text means."""

    name: str
    kind: str
    source: str
    value: Any = None
    node: Node | None = None
    loop: tuple[str, ...] = ()
    inside: str = ""

    @property
    def label(self) -> str:
        """For the people who write, in their language."""
        return label_of(self.name, self.source, self.kind)


@dataclass
class Shipped:
    """A mail as it is shipped, in one language."""

    template: str
    subject: str = ""
    body: str = ""
    fields: dict[str, Field] = field(default_factory=dict)

    @property
    def kinds(self) -> dict[str, str]:
        """Names with their kinds, as the language wants them."""
        return {name: "text" if one.kind == "text" else "part" for name, one in self.fields.items()}


def names() -> list[str]:
    """All mails, by their template's name."""
    found = set()
    for folder in (Path(folder) for folder in settings.TEMPLATES[0]["DIRS"]):
        found |= {str(path.relative_to(folder)).removesuffix(".subject.txt") for path in folder.glob("*/mail/*.subject.txt")}
        found |= {str(path.relative_to(folder)).removesuffix("_subject.txt") for path in folder.glob("account/email/*_subject.txt")}
    return sorted(found)


def parts_of(template: str) -> tuple[str, str]:
    """The names of the files of subject and text. Raises TemplateDoesNotExist."""
    for subject, body in ENDINGS:
        try:
            get_template(template + subject)
        except TemplateDoesNotExist:
            continue
        return template + subject, template + body
    raise TemplateDoesNotExist(template)


@lru_cache(maxsize=256)
def shipped(template: str, language: str) -> Shipped:
    """The mail as it is shipped, in the staff's language of fields. Raises TemplateDoesNotExist."""
    subject, body = parts_of(template)
    reader = Reader(template)
    with translation.override(language):
        reader.mail.subject = " ".join(reader.read(get_template(subject).template).split())
        reader.mail.body = reader.read(get_template(body).template).strip() + "\n"
    # Every mail may name the organisation.
    for name in ("name", "short_name", "secretariat", "secretariat_email", "secretariat_phone"):
        reader.add_variable(f"organisation.{name}", f"organisation_{name}")
    return reader.mail


class Reader:
    """Turns nodes of a template into text with fields."""

    def __init__(self, template: str) -> None:
        self.mail = Shipped(template)
        self.parser = Template("{{ x }}").nodelist[0].filter_expression  # type: ignore[attr-defined]
        self.inside = ""

    def read(self, template: Any) -> str:
        """The text of a whole template."""
        return self.walk(template.nodelist)

    def walk(self, nodes: NodeList) -> str:
        """The text of nodes."""
        return "".join(self.node(node) for node in nodes)

    def node(self, node: Node) -> str:
        """The text of one node; what is of no known kind becomes a field that renders it."""
        if isinstance(node, TextNode):
            return node.s
        if isinstance(node, CommentNode):
            return ""
        if isinstance(node, VariableNode):
            return self.token(self.variable(node.filter_expression))
        if isinstance(node, TranslateNode):
            return str(node.render(Context()))
        if isinstance(node, BlockTranslateNode):
            return self.block(node)
        if isinstance(node, IfNode):
            return self.condition(node)
        if isinstance(node, ForNode):
            return self.loop(node)
        return self.token(self.add("part", Field("", "text", str(node.token.contents if node.token else ""), node=node)))

    @staticmethod
    def token(name: str) -> str:
        """A field as it stands in a text."""
        return "{{ " + name + " }}"

    def block(self, node: BlockTranslateNode) -> str:
        """The translated sentence, its variables as fields. Of singular and plural, the plural."""
        message, used = node.render_token_list(node.singular)
        if node.plural and node.countervar and node.counter:
            plural, more = node.render_token_list(node.plural)
            text = translation.ngettext(message, plural, 2)
            used = [*used, *more]
        else:
            text = translation.gettext(message)
        expressions = {**node.extra_context, **({node.countervar: node.counter} if node.countervar else {})}
        tokens = {}
        for name in used:
            expression = expressions.get(name) or FilterExpression(name, _Parser())
            tokens[name] = self.token(self.variable(expression, name))
        return re.sub(r"%\((\w+)\)s", lambda match: tokens[match.group(1)], text).replace("%%", "%")

    def condition(self, node: IfNode) -> str:
        """Each branch as a part of its own; a branch counts when none before it does."""
        out, before = [], []
        for condition, nodes in node.conditions_nodelists:
            source = " ".join([*(f"not ({words(one)})" for one in before), *([words(condition)] if condition is not None else [])])
            name = self.add("part", Field("", "part", source, value=(tuple(before), condition), inside=self.inside))
            out.append("{{#" + name + "}}" + self.walk(nodes) + "{{/" + name + "}}")
            before.append(condition)
        return "".join(out)

    def loop(self, node: ForNode) -> str:
        """A part that is written once for each of its things."""
        name = self.add("each", Field("", "list", node.sequence.token, value=node.sequence, loop=tuple(node.loopvars), inside=self.inside))
        outer, self.inside = self.inside, name
        text = self.walk(node.nodelist_loop)
        self.inside = outer
        return "{{#" + name + "}}" + text + "{{/" + name + "}}"

    def variable(self, expression: FilterExpression, name: str = "") -> str:
        """The field of an expression."""
        return self.add(name or _name_of(expression.token), Field("", "text", expression.token, value=expression, inside=self.inside))

    def add_variable(self, source: str, name: str) -> None:
        """A field that the text itself does not use."""
        self.add(name, Field("", "text", source, value=FilterExpression(source, _Parser())))

    def add(self, name: str, wanted: Field) -> str:
        """The field's name: the wanted one, or with a number when that one means something else."""
        plain = re.sub(r"[^a-z0-9_]", "_", name.lower()).strip("_") or "field"
        for number in range(1, 100):
            candidate = f"{plain}{'' if number == 1 and wanted.kind == 'text' and name != 'part' else number}"
            known = self.mail.fields.get(candidate)
            if known is None:
                wanted.name = candidate
                self.mail.fields[candidate] = wanted
                return candidate
            if known.kind == wanted.kind and known.source == wanted.source and known.inside == wanted.inside and wanted.node is None:
                return candidate
        raise ValueError(f"{self.mail.template}: too many fields are called {name}")


class Values:
    """What the fields of a mail mean for one mail: see language.render."""

    def __init__(self, fields: dict[str, Field], context: Context) -> None:
        self.fields, self.context = fields, context

    def text(self, name: str) -> str:
        """The value of a field; empty where it stands outside the loop that it belongs to."""
        one = self.fields[name]
        if one.node is not None:
            return str(one.node.render_annotated(self.context))
        return str(render_value_in_context(one.value.resolve(self.context), self.context))

    def holds(self, name: str) -> bool:
        """Whether a part is to be shown; a list, whether there is anything in it."""
        one = self.fields[name]
        if one.kind == "list":
            return bool(one.value.resolve(self.context, ignore_failures=True))
        if one.kind == "text":
            return bool(self.text(name).strip())
        before, condition = one.value
        return not any(_true(earlier, self.context) for earlier in before) and (condition is None or _true(condition, self.context))

    def each(self, name: str) -> Iterator["Values"]:
        """Once for a part that is shown, once for each thing of a list."""
        one = self.fields[name]
        if one.kind != "list":
            if self.holds(name):
                yield self
            return
        things = list(one.value.resolve(self.context, ignore_failures=True) or ())
        for position, thing in enumerate(things):
            given = dict(zip(one.loop, thing, strict=False)) if len(one.loop) > 1 else {one.loop[0]: thing}
            place = {"counter": position + 1, "counter0": position, "first": position == 0, "last": position == len(things) - 1}
            with self.context.push(**given, forloop=place):
                yield self


def words(condition: Any) -> str:
    """A condition as it stood in the template."""
    if condition is None:
        return ""
    parts = [getattr(condition, "first", None), getattr(condition, "second", None)]
    if parts == [None, None]:
        return str(getattr(condition, "text", condition))
    name = str(condition.id)
    return f"{words(parts[0])} {name} {words(parts[1])}" if parts[1] is not None else f"{name} {words(parts[0])}"


def _true(condition: Any, context: Context) -> bool:
    try:
        return bool(condition.eval(context))
    except Exception:  # noqa: BLE001 (as Django's own `if` has it: what cannot be looked up does not hold)
        return False


def _name_of(source: str) -> str:
    """A short name for an expression: the last word of its path; filters do not count."""
    path = source.split("|", maxsplit=1)[0].split(".")
    return "_".join(path[-2:]) if path[0] == "organisation" or path[-1] in {"name", "title", "number"} else path[-1]


class _Parser:
    """What an expression needs of a parser: the filters of our templates."""

    def find_filter(self, name: str) -> Any:
        """The filter of this name."""
        from django.template.engine import Engine

        for library in Engine.get_default().template_builtins:
            if name in library.filters:
                return library.filters[name]
        raise KeyError(name)
