"""The unit's consultations: what is asked, what it says, what came of it (R13)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import FormView, TemplateView

from alliance.common.exceptions import DomainError
from alliance.common.ratelimit import RateLimited
from alliance.common.views import DomainErrorMixin
from members.views.portal import PortalView
from notices.answers import DOCX, as_file
from notices.enums import ConsultationState
from notices.forms.consultations import CommentsForm
from notices.gongwen.blocks import read_blocks
from notices.models import AskedUnit, Consultation
from notices.selectors.consultations import asked_of, files_of, names_units, others_comments
from notices.services import consulting
from notices.summaries import summary_docx, summary_pdf


class ConsultationList(PortalView, TemplateView):
    """Those in which the unit is asked."""

    template_name = "notices/consultations/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Open ones first."""
        rows = sorted(asked_of([self.institution.pk]), key=lambda unit: unit.consultation.state != ConsultationState.OPEN)
        return super().get_context_data(rows=rows, **kwargs)


class OfUnit(PortalView):
    """Pages of one consultation; where the unit is not asked, it does not exist."""

    kwargs: dict[str, Any]

    @cached_property
    def unit(self) -> AskedUnit:
        """The unit's part in the consultation of the address."""
        return get_object_or_404(asked_of([self.institution.pk]), consultation=self.kwargs["pk"])

    @property
    def consultation(self) -> Consultation:
        """The consultation."""
        return self.unit.consultation


class ConsultationPage(OfUnit, RateLimited, DomainErrorMixin, FormView):
    """The material, and the unit's comments on it; afterwards the answers."""

    template_name = "notices/consultations/consultation.html"
    form_class = CommentsForm
    rate = "60/h"

    def get_form_kwargs(self) -> dict[str, Any]:
        """The sections."""
        return super().get_form_kwargs() | {"sections": list(self.consultation.sections.select_related("file"))}

    def get_initial(self) -> dict[str, Any]:
        """What the unit has said so far."""
        initial: dict[str, Any] = {}
        for row in self.unit.comments.all():
            initial |= {f"text_{row.section_id or 'whole'}": row.text, f"agrees_{row.section_id}": row.agrees}
        return initial

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Material, own comments with answers, those of others as far as they may be seen."""
        context = super().get_context_data(**kwargs)
        own = {row.section_id: row for row in self.unit.comments.select_related("section")}
        others = list(others_comments(self.unit))
        form = context["form"]
        parts = [
            (one, read_blocks(one.text), agrees, text, own.get(one.pk), [c for c in others if c.section_id == one.pk]) for one, agrees, text in form.parts()
        ]
        return context | {
            "consultation": self.consultation,
            "unit": self.unit,
            "introduction": read_blocks(self.consultation.introduction),
            "conclusion": read_blocks(self.consultation.conclusion),
            "parts": parts,
            "whole": own.get(None),
            "others_whole": [c for c in others if c.section_id is None],
            "files": files_of(self.unit),
            "is_open": self.consultation.state == ConsultationState.OPEN,
            "named": names_units(self.consultation),
        }

    def perform(self, form: Any) -> HttpResponse:
        """Keep them."""
        consulting.save_comments(self.consultation, self.institution, actor=self.request.user, comments=form.comments(), uploads=form.cleaned_data["uploads"])
        messages.success(self.request, _("Thank you. Your unit's comments are kept; you may change them until the consultation closes."))
        return redirect("consultations:consultation", self.consultation.pk)


class RemoveFile(OfUnit, View):
    """Take a file back."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int, file: str) -> HttpResponse:
        """One of the unit's own."""
        stored = get_object_or_404(files_of(self.unit), pk=file)
        try:
            consulting.remove_file(self.unit, stored, actor=request.user)
        except DomainError as error:
            messages.error(request, str(error))
        return redirect("consultations:consultation", pk)


class Summary(OfUnit, View):
    """What came of it, as a file."""

    def get(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:
        """Once it is published."""
        if self.consultation.state != ConsultationState.ANSWERED or kind not in {"pdf", "docx"}:
            raise Http404
        make, mimetype = (summary_pdf, "application/pdf") if kind == "pdf" else (summary_docx, DOCX)
        return as_file(make(self.consultation), f"{self.consultation.title}.{kind}", mimetype, inline=kind == "pdf")
