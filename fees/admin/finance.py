"""The finance start page: what waits, how the year stands, and who comes next."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from alliance.common.clock import today
from alliance.common.queues import queues_for
from alliance.common.views import PermissionRequired
from fees.charts import by_month, by_tier
from fees.queues import QUEUES
from fees.selectors.dunning import statement_is_stale
from fees.selectors.finance import credits_to_use, fapiaos_ahead, last_statement_day, latest_runs
from fees.selectors.reports import ageing


class Finance(PermissionRequired, TemplateView):
    """One look at the money: queues, runs, charts, ageing, credit, fapiaos ahead of their money."""

    permission = "fees.read_reports"
    template_name = "fees/admin_finance.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A fixed number of queries, however many units."""
        labels = {str(queue["label"]) for queue in QUEUES}
        title, header, rows = ageing(today())
        return {
            **admin.site.each_context(self.request),
            **super().get_context_data(**kwargs),
            "title": _("Finance"),
            "queues": [(queue, count) for queue, count in queues_for(self.request.user) if str(queue.label) in labels],
            "charts": [by_month(), by_tier()],
            "runs": latest_runs(),
            "ageing": (title, header[1:], rows[-1][1:]),
            "credits": credits_to_use()[:20],
            "ahead": fapiaos_ahead(today())[:20],
            "statement_day": last_statement_day(),
            "stale": statement_is_stale(today()),
        }
