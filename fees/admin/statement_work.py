"""Deciding the lines of a statement: one line with its evidence and candidates, the queue below, all of it by keys."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.views.generic import TemplateView

from alliance.common.exceptions import DomainError
from fees.enums import LineState
from fees.matching.decide import RECORDED_NEAR
from fees.models import BankStatement, Invoice, Payment, StatementLine
from fees.selectors.standing import open_invoices
from fees.services.statement_lines import Part, accept_line, accept_sure, book_line, mark_recorded, set_aside, summary, undo_line
from fees.services.statements import rematch
from fees.statements.cells import amount_of
from members.models import Institution
from members.selectors.institutions import find_institution

MOST_PARTS = 6
ORDER = {"sure": 0, "likely": 1, "ask": 2, "other": 3}


class StatementPage:
    """Pages about statements: a permission, and the admin's frame."""

    site: AdminSite | None = None
    permission = "fees.import_statement"
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Check, then go on."""
        if not request.user.has_perm(self.permission):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def frame(self) -> dict[str, Any]:
        """What the admin's base template needs."""
        return {**admin.site.each_context(self.request), "opts": BankStatement._meta}


class Work(StatementPage, TemplateView):
    """The queue: one line in the middle with its evidence, the others beside it."""

    template_name = "fees/admin_work.html"

    def get_context_data(self, pk: int, **kwargs: Any) -> dict[str, Any]:
        """The line of `?line=`, else the first that is open, sure ones first."""
        statement = get_object_or_404(BankStatement, pk=pk)
        lines = list(statement.lines.select_related("recorded_as__institution"))
        lines.sort(key=lambda line: (line.state != LineState.OPEN, ORDER[line.verdict], line.booked_on, line.pk))
        wanted = self.request.GET.get("line", "")
        current = next((line for line in lines if str(line.pk) == wanted), None) or next((line for line in lines if line.state == LineState.OPEN), None)
        place = lines.index(current) if current else 0
        return {
            **self.frame(),
            **super().get_context_data(**kwargs),
            "title": str(statement),
            "statement": statement,
            "lines": lines,
            "current": current,
            "candidates": self._candidates(current) if current else [],
            "payments": list(current.payments.select_related("institution").prefetch_related("allocations__invoice")) if current else [],
            "before": lines[place - 1] if place else None,
            "after": lines[place + 1] if place + 1 < len(lines) else None,
            "parts": self._prefilled(current) if current else [],
            "recorded": self._recorded(current) if current and current.state == LineState.OPEN else [],
            "totals": summary(statement),
            "members": Institution.objects.filter(memberships__isnull=False).distinct().order_by("name").values_list("name", flat=True),
        }

    def _prefilled(self, line: StatementLine) -> list[tuple[int, str, str]]:
        """Rows for splitting: what was typed stays; else the units that the remark names, with what each owes when that adds up to the line."""
        typed = [(self.request.POST.get(f"unit_{n}", ""), self.request.POST.get(f"amount_{n}", "")) for n in range(1, MOST_PARTS + 1)]
        if not any(unit for unit, _amount in typed):
            several = [unit for unit in line.proposal.get("units", []) if unit.get("named")]
            owed = [sum((invoice.owed for invoice in Invoice.objects.open().filter(institution_id=unit["institution"])), Decimal(0)) for unit in several]
            fits = sum(owed) == line.amount
            typed = [(unit["name"], str(amount) if fits else "") for unit, amount in zip(several, owed, strict=True)] if len(several) > 1 else []
        typed = [*typed, *[("", "")] * MOST_PARTS][:MOST_PARTS]
        return [(n, unit, amount) for n, (unit, amount) in enumerate(typed, start=1)]

    def _recorded(self, line: StatementLine) -> list[Payment]:
        """Payments that somebody entered by hand and that may be this line."""
        units = [unit["institution"] for unit in line.proposal.get("units", [])]
        days = dt.timedelta(days=RECORDED_NEAR)
        near = Payment.objects.filter(institution__in=units, amount=line.amount, line=None, recorded_line=None, mistaken=False)
        return list(near.filter(received_on__range=(line.booked_on - days, line.booked_on + days)).select_related("institution"))

    def _candidates(self, line: StatementLine) -> list[dict[str, Any]]:
        units = line.proposal.get("units", [])
        found = Institution.objects.in_bulk([unit["institution"] for unit in units])
        rows = []
        for unit in units:
            institution = found.get(unit["institution"])
            if institution is not None:
                invoices = list(open_invoices(institution))
                rows.append({"unit": unit, "institution": institution, "open": invoices, "chosen": [i for i in invoices if i.pk in unit["invoices"]]})
        return rows

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One decision, or all sure ones."""
        statement = get_object_or_404(BankStatement, pk=pk)
        here = reverse("admin:fees_bankstatement_work", args=[pk])
        if "accept_sure" in request.POST:
            counts = accept_sure(statement.lines, actor=request.user)
            text = gettext("%(booked)s booked, %(left)s left to decide.") % {"booked": counts["booked"], "left": counts["left"]}
            messages.success(request, text)
            return redirect(here)
        if "rematch" in request.POST:
            rematch(statement.lines)
            return redirect(here)
        line = get_object_or_404(statement.lines, pk=request.POST.get("line") or 0)
        try:
            self._decide(line, request)
        except DomainError as error:
            messages.error(request, str(error))
            self.request.GET = QueryDict(f"line={line.pk}")  # the same line again, with what was typed
            return self.render_to_response(self.get_context_data(pk=pk))
        # What was decided may tell of the others: a notice is paid, a payer is known.
        rematch(statement.lines)
        if "undo" in request.POST:
            return redirect(f"{here}?line={line.pk}")
        text = format_html('{} <a href="{}?line={}">{}</a>', gettext("%(line)s: done.") % {"line": line}, here, line.pk, gettext("See it, or take it back"))
        messages.success(request, text)
        return redirect(here)

    def _decide(self, line: StatementLine, request: HttpRequest) -> None:
        data = request.POST
        if "accept" in data:
            accept_line(line, actor=request.user)
        elif "aside" in data:
            set_aside(line, actor=request.user, note=data.get("note", "")[:200])
        elif data.get("recorded", "").isdigit():
            mark_recorded(line, get_object_or_404(Payment, pk=data["recorded"]), actor=request.user)
        elif "undo" in data:
            undo_line(line, actor=request.user, reason=data.get("note", "")[:200] or gettext("taken back"))
        elif data.get("candidate", "").isdigit():
            institution = get_object_or_404(Institution, pk=data["candidate"])
            chosen = [pk for pk in data.getlist("invoice") if pk.isdigit()]
            invoices = Invoice.objects.filter(pk__in=chosen, institution=institution).order_by("due_on", "pk")
            book_line(line, [Part(institution, line.amount, tuple(invoices))], actor=request.user)
        else:
            book_line(line, self._parts(line, data), actor=request.user)

    def _parts(self, line: StatementLine, data: Any) -> list[Part]:
        """What was typed: units by name, amounts; one unit without an amount gets the whole."""
        typed = [(data.get(f"unit_{n}", "").strip(), data.get(f"amount_{n}", "").strip()) for n in range(1, MOST_PARTS + 1)]
        named = [(unit, amount) for unit, amount in typed if unit]
        parts = []
        for unit, text in named:
            found, why = find_institution(unit)
            if found is None:
                raise DomainError(why)
            amount = amount_of(text) if text else (line.amount if len(named) == 1 else None)
            if amount is None:
                raise DomainError(gettext("Say how much of it is for %(name)s.") % {"name": unit})
            parts.append(Part(found, Decimal(amount)))
        return parts
