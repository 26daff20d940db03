"""Coming back to the alliance: who may, how, and what has to be settled."""

from typing import Any

from django.views.generic import TemplateView

from alliance.common.views import PublicView
from members.models import Institution
from members.rules import liaison_institution_ids
from members.selectors.readmission import readmission_of
from members.views.apply import applications_of


class Readmission(PublicView, TemplateView):
    """In general for everybody; for the liaison of a unit that was a member, and for who applies for one, also what stands in its own case."""

    template_name = "members/readmission.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The person's own cases."""
        user = self.request.user
        own: set[int] = set(liaison_institution_ids(user))
        if user.is_authenticated:
            own |= set(applications_of(user).filter(institution__isnull=False).values_list("institution", flat=True))
        units = Institution.objects.filter(pk__in=own).order_by("name")
        cases = [readmission_of(unit, tell=user.has_perm("members.know_past_of_unit", unit)) for unit in units]
        return super().get_context_data(cases=[case for case in cases if case is not None], **kwargs)
