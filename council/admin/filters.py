"""Filters of the council's lists."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from council.models import Ballot
from council.selectors.rounds import motions_not_carried_out, motions_waiting


class LeftFilter(admin.SimpleListFilter):
    """Ballots that have left something to do."""

    title = _("left to do")
    parameter_name = "left"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """As on the start page."""
        return [("vote", _("Motions that wait for another vote")), ("deed", _("Decisions that could not be carried out"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Ballot]) -> QuerySet[Ballot]:
        """By their motions."""
        motions = {"vote": motions_waiting, "deed": motions_not_carried_out}.get(self.value() or "")
        return queryset.filter(pk__in=motions().values("ballot")) if motions else queryset
