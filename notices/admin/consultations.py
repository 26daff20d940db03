"""Consultations in the admin."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.common.admin import AllianceModelAdmin, WorkflowButton, workflow_path
from alliance.common.admin.workflow import WorkflowView
from notices.answers import DOCX, as_file
from notices.enums import ConsultationState
from notices.forms.consultations import AnswerForm, ConsultationForm, ExtendForm, PublishForm, SectionForm
from notices.gongwen.blocks import read_blocks
from notices.models import Comment, Consultation, Section
from notices.selectors.consultations import comments_of, files_by_unit, files_of
from notices.services import consulting
from notices.summaries import summary_docx, summary_pdf

S = ConsultationState


class ConsultationStep(WorkflowView):
    """A step on a consultation."""

    model: Any = Consultation
    permission = "notices.write_notice"


class NewConsultation(ConsultationStep):
    """Draft."""

    title = _("New consultation")
    lead = _("Next its material is added, section by section; nobody is asked before it is opened.")
    button = _("Save the draft")
    form_class = ConsultationForm

    def perform_step(self, form: Any) -> Any:
        """Draft."""
        return consulting.draft_consultation(actor=self.request.user, **form.cleaned_data)


class EditConsultation(NewConsultation):
    """Go on with a draft."""

    title = _("Edit the consultation")
    lead = ""

    def get_initial(self) -> dict[str, Any]:
        """As it stands."""
        return {name: getattr(self.record, name) for name in ConsultationForm.Meta.fields}

    def perform_step(self, form: Any) -> Any:
        """Change."""
        return consulting.change_consultation(self.record, actor=self.request.user, **form.cleaned_data)


class AddSection(ConsultationStep):
    """Material."""

    title = _("Add a section")
    lead = _("Units comment on each section by itself.")
    button = _("Add")
    done = _("The section is added.")
    form_class = SectionForm

    def perform_step(self, form: Any) -> None:
        """Add."""
        consulting.add_section(self.record, actor=self.request.user, **form.cleaned_data)


class RemoveSection(ConsultationStep):
    """Take a section out."""

    title = _("Take the section out")
    button = _("Take out")
    danger = True

    @cached_property
    def section(self) -> Section:
        """The section of the address."""
        found = self.record.sections.filter(position=self.kwargs["position"]).first()
        if found is None:
            raise Http404
        return found

    def perform_step(self, form: Any) -> None:
        """Take it out."""
        consulting.remove_section(self.section, actor=self.request.user)


class OpenConsultation(ConsultationStep):
    """Ask."""

    title = _("Open the consultation")
    lead = _("The list of units is made now, the material is fixed, and every liaison gets a mail.")
    button = pgettext_lazy("consultation", "Open")
    done = _("The consultation is open.")
    previews_mail = True

    def perform_step(self, form: Any) -> None:
        """Open."""
        consulting.open_consultation(self.record, actor=self.request.user)


class Extend(ConsultationStep):
    """More time."""

    title = _("Extend the consultation")
    lead = _("Units that have not answered are told.")
    button = _("Extend")
    done = _("The consultation is open until then.")
    form_class = ExtendForm
    previews_mail = True

    def perform_step(self, form: Any) -> None:
        """Extend."""
        consulting.extend_consultation(self.record, actor=self.request.user, closes_at=form.cleaned_data["closes_at"])


class Remind(ConsultationStep):
    """To the silent ones."""

    title = _("Remind the silent ones")
    lead = _("A mail to the liaisons of the units that have not answered, at most one a day.")
    button = _("Remind")
    done = _("The reminders are queued.")
    previews_mail = True

    def perform_step(self, form: Any) -> None:
        """Remind."""
        consulting.remind_units(self.record, actor=self.request.user)


class CloseConsultation(ConsultationStep):
    """No more comments."""

    title = _("Close the consultation")
    lead = _("It also closes by itself when its time has passed.")
    button = pgettext_lazy("consultation", "Close")
    done = _("The consultation is closed.")

    def perform_step(self, form: Any) -> None:
        """Close."""
        consulting.close_consultation(self.record, actor=self.request.user)


class Publish(ConsultationStep):
    """The summary."""

    permission = "notices.issue_notice"
    title = _("Publish the summary")
    lead = _("Every unit that was asked gets a mail with the comments, the answers and the conclusion.")
    button = _("Publish")
    done = _("The summary is published.")
    form_class = PublishForm
    previews_mail = True

    def get_initial(self) -> dict[str, Any]:
        """As begun."""
        return {"conclusion": self.record.conclusion}

    def perform_step(self, form: Any) -> None:
        """Publish."""
        consulting.publish_summary(self.record, actor=self.request.user, conclusion=form.cleaned_data["conclusion"])


class SummaryPdf(ConsultationStep):
    """The summary, also before it is published."""

    permission = "notices.view_consultation"
    title = button = _("Summary (PDF)")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The PDF."""
        return as_file(summary_pdf(self.record), f"{self.record}.pdf", "application/pdf", inline=True)


class SummaryDocx(SummaryPdf):
    """The same as DOCX."""

    title = button = _("Summary (DOCX)")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The DOCX."""
        return as_file(summary_docx(self.record), f"{self.record}.docx", DOCX)


class Answer(WorkflowView):
    """The answer to one comment; then the next one without."""

    model: Any = Comment
    permission = "notices.write_notice"
    title = _("Answer a comment")
    button = _("Save and go on")
    form_class = AnswerForm
    panel_template = "notices/admin_comment.html"

    def record_url(self, obj: Any = None) -> str:
        """Back to the consultation."""
        return reverse("admin:notices_consultation_change", args=[self.record.unit.consultation_id])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The comment and the unit's files."""
        context = super().get_context_data(comment=self.record, files=files_of(self.record.unit), **kwargs)
        # Comments have no list of their own; the way here is the consultations'.
        return context | {"opts": Consultation._meta}

    def get_initial(self) -> dict[str, Any]:
        """As it stands."""
        return {"verdict": self.record.verdict, "answer": self.record.answer}

    def perform(self, form: Any) -> HttpResponse:
        """Keep it; on to the next."""
        consulting.answer_comment(self.record, actor=self.request.user, **form.cleaned_data)
        following = comments_of(self.record.unit.consultation).exclude(text="").filter(verdict="").first()
        return redirect(reverse("admin:notices_comment_answer", args=[following.pk]) if following else self.record_url())


@admin.register(Consultation)
class ConsultationAdmin(AllianceModelAdmin):
    """Consultations (R13)."""

    list_display = ("title", "state", "opened_at", "closes_at", "visibility")
    list_filter = ("state",)
    search_fields = ("title",)
    fields = ("title", "state", "closes_at", "visibility", "audience", "opened_at", "closed_at", "published_at", "made_by")
    list_before_template = "notices/admin_consultation_list.html"
    panels = ("notices/admin_consultation.html",)
    workflow = [
        WorkflowButton("edit", _("Edit"), "notices.write_notice", show=lambda c: c.state == S.DRAFT, secondary=True),
        WorkflowButton("section", _("Add a section"), "notices.write_notice", show=lambda c: c.state == S.DRAFT),
        WorkflowButton("open", pgettext_lazy("consultation", "Open"), "notices.write_notice", show=lambda c: c.state == S.DRAFT),
        WorkflowButton("remind", _("Remind the silent ones"), "notices.write_notice", show=lambda c: c.state == S.OPEN),
        WorkflowButton("extend", _("Extend"), "notices.write_notice", show=lambda c: c.state in {S.OPEN, S.CLOSED}, secondary=True),
        WorkflowButton("close", pgettext_lazy("consultation", "Close"), "notices.write_notice", show=lambda c: c.state == S.OPEN, secondary=True),
        WorkflowButton("publish", _("Publish the summary"), "notices.issue_notice", show=lambda c: c.state == S.CLOSED),
        WorkflowButton("pdf", _("Summary (PDF)"), "notices.view_consultation", show=lambda c: c.state != S.DRAFT, secondary=True),
        WorkflowButton("docx", _("Summary (DOCX)"), "notices.view_consultation", show=lambda c: c.state != S.DRAFT, secondary=True),
    ]

    def panel_context(self, request: HttpRequest, obj: Consultation) -> dict[str, Any]:
        """Material, who has answered, every comment with its answer."""
        units = list(obj.units.select_related("institution"))
        return {
            "consultation": obj,
            "blocks": read_blocks(obj.introduction),
            "sections": [(row, read_blocks(row.text)) for row in obj.sections.select_related("file")],
            "files": files_by_unit(obj),
            "answered": [unit for unit in units if unit.answered_at],
            "silent": [unit for unit in units if not unit.answered_at],
            "total": len(units),
            "mails": (),
            "comments": comments_of(obj),
            "conclusion": read_blocks(obj.conclusion),
        }

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        views = {
            "edit": EditConsultation, "section": AddSection, "open": OpenConsultation, "remind": Remind, "extend": Extend, "close": CloseConsultation,
            "publish": Publish, "pdf": SummaryPdf, "docx": SummaryDocx,
        }  # fmt: skip
        guard = admin.site.admin_view
        own = [
            path("new/", guard(NewConsultation.as_view()), name="notices_consultation_new"),
            path("<int:pk>/sections/<int:position>/remove/", guard(RemoveSection.as_view()), name="notices_consultation_remove"),
            path("comments/<int:pk>/", guard(Answer.as_view()), name="notices_comment_answer"),
        ]
        return [*own, *(workflow_path(view, name) for name, view in views.items()), *super().get_urls()]
