"""The member unit's own pages: which unit, and the cards that upper apps put on the overview."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from members.models import Institution
from members.rules import liaison_institution_ids

Card = Callable[[HttpRequest, Institution], dict[str, Any] | None]
_cards: list[tuple[int, Card]] = []


def register_card(card: Card, *, order: int) -> None:
    """Add a card to the overview: a function of request and unit that returns its template and context, or None for no card."""
    _cards[:] = sorted([pair for pair in _cards if pair[1] is not card] + [(order, card)], key=lambda pair: pair[0])


def cards_for(request: HttpRequest, institution: Institution) -> list[dict[str, Any]]:
    """The cards of the overview, in order: dicts with `template` and whatever it needs."""
    return [card for card in (make(request, institution) for _order, make in _cards) if card is not None]


def current_institution(request: HttpRequest) -> Institution:
    """The unit whose pages the liaison sees: the one chosen by `?unit=`, kept in the session, else the first.

    Raises PermissionDenied for somebody who is liaison of none.
    """
    allowed = liaison_institution_ids(request.user)
    if not allowed:
        raise PermissionDenied
    wanted = request.GET.get("unit") or request.session.get("portal_unit")
    chosen = int(wanted) if str(wanted).isdecimal() and int(wanted) in allowed else min(allowed)
    if request.session.get("portal_unit") != chosen:
        request.session["portal_unit"] = chosen
    return Institution.objects.get(pk=chosen)
