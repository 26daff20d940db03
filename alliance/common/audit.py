"""The log of the domain. Every change of state says here who made it, and on which records it shows."""

from collections.abc import Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from pghistory import runtime as history

from alliance.common.models import LogEntry, LogSubject
from alliance.common.money import format_money

_actions: dict[str, str | Promise] = {}
_sources: dict[str, str | Promise] = {}


def register_actions(labels: Mapping[str, str | Promise]) -> None:
    """Make known the actions of an app with their labels, for example `{"application.returned": _("Returned for correction")}`.

    Called when the app is loaded. Raises ValueError for an action that another app has taken.
    """
    for action, label in labels.items():
        if action in _actions and str(_actions[action]) != str(label):
            raise ValueError(f"The audit action {action!r} is registered twice.")
        _actions[action] = label


def register_sources(labels: Mapping[str, str | Promise]) -> None:
    """Give the sources of an app (tasks, imports) a label for timelines."""
    _sources.update(labels)


def registered_actions() -> dict[str, str | Promise]:
    """All known actions with their labels."""
    return dict(_actions)


def label_of(action: str) -> str:
    """The label of an action in the active language; the bare action for one from an older release."""
    return str(_actions.get(action, action))


def source_label(source: str) -> str:
    """The label of a source in the active language."""
    return str(_sources.get(source, source or _("System")))


@transaction.atomic
def record(action: str, *subjects: models.Model, actor: Any = None, source: str = "", **data: Any) -> LogEntry:
    """Write one entry about `subjects` (every record it concerns, so that each one's timeline is whole).

    `actor` is the person, or `source` names the task or import that acted; exactly one of the two.
    `data` must be plain values (text, numbers, dates, lists); they become JSON.
    Raises ValueError for an unregistered action, no or two originators, or no subject.
    """
    if action not in _actions:
        raise ValueError(f"The audit action {action!r} is not registered.")
    if (actor is None) == (source == ""):
        raise ValueError(f"{action}: name an actor or a source, and only one of them.")
    if not subjects:
        raise ValueError(f"{action}: an entry is about at least one record.")
    entry = LogEntry.objects.create(action=action, actor=actor, source=source, ip_address=_ip_address(), data=_plain(data))
    # One record may come in twice (an invoice's institution and the membership's); it is one subject.
    unique = {(ContentType.objects.get_for_model(subject).pk, str(subject.pk)) for subject in subjects}
    LogSubject.objects.bulk_create(LogSubject(entry=entry, content_type_id=kind, object_id=pk) for kind, pk in sorted(unique))
    return entry


def timeline(*objects: models.Model) -> QuerySet[LogEntry]:
    """The entries about any of `objects`, each once, oldest first."""
    about = models.Q()
    for obj in objects:
        about |= models.Q(content_type=ContentType.objects.get_for_model(obj), object_id=str(obj.pk))
    subjects = LogSubject.objects.filter(about)
    return LogEntry.objects.filter(pk__in=subjects.values("entry_id")).select_related("actor").order_by("id")


# What of an entry's data is told beside its label, in this order; the rest is for the record's versions.
_TOLD = ("number", "invoice", "name", "person", "to", "payer", "offer", "title", "before", "after", "amount", "total")
_AMOUNTS = ("amount", "total")


def detail_of(data: Mapping[str, Any]) -> str:
    """What a timeline says beside the label: numbers, names and amounts (yuan) from an entry's data, joined by " · "; empty when there is nothing to tell."""
    told = ((key, data.get(key)) for key in _TOLD)
    return " · ".join(_amount(value) if key in _AMOUNTS else str(value) for key, value in told if value and isinstance(value, (str, int)))


def _amount(value: str | int) -> str:
    """In yuan; as it stands when an older release wrote something else."""
    try:
        return format_money(value)
    except (ValueError, ArithmeticError):
        return str(value)


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    import json

    return json.loads(json.dumps(data, cls=DjangoJSONEncoder))


def _ip_address() -> str | None:
    """The address of the request at hand, from the context that the middleware opened."""
    context = getattr(history._tracker, "value", None)
    return context.metadata.get("ip_address") if context else None
