"""The register of any past day and the roll of any year, as a page and as a file."""

import datetime as dt
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from alliance.common.admin.exports import as_xlsx
from alliance.common.clock import today
from members.selectors.register import register_on, roll_of


class RegisterOnDay(TemplateView):
    """Who was a member on a day, or in a year; as a page and as a file."""

    template_name = "members/admin_register.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """For staff."""
        if not request.user.has_perm("members.view_membership"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """XLSX by `?export=1`."""
        context = self.get_context_data()
        if "export" in request.GET:
            header = [str(text) for text in (_("member number"), _("institution"), _("province"), _("tier"), _("joined"), _("ended"))]
            rows = [(m.number, m.institution.name, m.institution.province, str(t or ""), m.joined_on, m.ended_on) for m, t in context["rows"]]
            return as_xlsx(context["name"], header, rows)
        return self.render_to_response(context)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """By `?day=` or `?year=`; today without either. What cannot be a date is told."""
        day, year, problem = today(), None, ""
        text, year_text = self.request.GET.get("day", ""), self.request.GET.get("year", "")
        if year_text.isdecimal() and 2000 <= int(year_text) <= 2100:
            year = int(year_text)
        elif text:
            try:
                day = dt.date.fromisoformat(text)
            except ValueError:
                problem = _("“%(text)s” is no date. Write it as 2025-03-05.") % {"text": text[:40]}
        memberships = list(roll_of(year) if year else register_on(day))
        rows = [(membership, membership.tier_in(year or day.year)) for membership in memberships]
        name = _("Roll of members %(year)s") % {"year": year} if year else _("Register on %(day)s") % {"day": day.isoformat()}
        frame = admin.site.each_context(self.request)
        return {**frame, **super().get_context_data(rows=rows, day=day, year=year, name=name, problem=problem, **kwargs), "title": name}
