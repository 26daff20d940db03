"""One search for institutions in all lists of the admin, also in those of the apps above."""

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from members.selectors.institutions import named


class InstitutionSearch:
    """A list whose rows belong to an institution: found by any of its names, by pinyin and initials, besides `search_fields`.

    `institution_paths` are look-ups from a row to its institutions.
    """

    institution_paths: ClassVar[tuple[str, ...]] = ("institution",)
    search_fields: Any = ()
    search_help_text: Any = _("What the list shows, or any name, pinyin or initials of the university")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> tuple[QuerySet[Any], bool]:
        """What the columns say, or whose institution goes by that name."""
        found, distinct = super().get_search_results(request, queryset, search_term)  # type: ignore[misc]
        if not search_term.strip():
            return found, distinct
        universities = named(search_term)
        chosen = Q(pk__in=found.order_by().values("pk"))
        for path in self.institution_paths:
            chosen |= Q(pk__in=queryset.model._default_manager.filter(**{f"{path}__in": universities}).order_by().values("pk"))
        return queryset.filter(chosen), False
