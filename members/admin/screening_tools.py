"""The screener's tools as pages of the admin: hand over, hold, checklist, notes, messages; questions with versions."""

from typing import Any

from django.utils.translation import gettext_lazy

from alliance.common.admin.workflow import WorkflowView
from members.admin.screening_panel import ScreeningStep
from members.consents import wordings_in_force
from members.enums import ConsentKind
from members.forms.questions import ConsentForm, QuestionForm
from members.forms.screening import AssignForm, ChecklistForm, HoldForm, TextForm
from members.models import ConsentText, Question
from members.services.consents import publish_consent
from members.services.messages import add_note, send_message
from members.services.questions import revise_question
from members.services.screening import assign_screener, hold_application, mark_checklist, resume_application


class Assign(ScreeningStep):
    """Take it, or hand it to a colleague."""

    title = gettext_lazy("Hand to a screener")
    button = gettext_lazy("Hand over")
    done = gettext_lazy("Handed over.")
    form_class = AssignForm

    def get_initial(self) -> dict[str, Any]:
        """Oneself."""
        return {"screener": self.request.user}

    def perform_step(self, form: Any) -> Any:
        """Assign."""
        assign_screener(self.record, actor=self.request.user, screener=form.cleaned_data["screener"])


class Hold(ScreeningStep):
    """Let it rest."""

    title = gettext_lazy("Put on hold")
    lead = gettext_lazy("The deadline does not run while the application rests; the applicant sees the reason on the status page.")
    button = gettext_lazy("Put on hold")
    done = gettext_lazy("The application rests.")
    form_class = HoldForm

    def perform_step(self, form: Any) -> Any:
        """Hold."""
        hold_application(self.record, actor=self.request.user, reason=form.cleaned_data["reason"])


class Resume(ScreeningStep):
    """Take it up again."""

    title = gettext_lazy("Take off hold")
    button = gettext_lazy("Take off hold")
    done = gettext_lazy("The deadline runs again.")

    def perform_step(self, form: Any) -> Any:
        """Resume."""
        resume_application(self.record, actor=self.request.user)


class MarkChecklist(ScreeningStep):
    """Go through the points."""

    title = gettext_lazy("Checklist")
    button = gettext_lazy("Save")
    done = gettext_lazy("The checklist is saved.")
    form_class = ChecklistForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """Of which application."""
        return super().get_form_kwargs() | {"application": self.record}

    def perform_step(self, form: Any) -> Any:
        """Save."""
        mark_checklist(self.record, form.outcomes(), actor=self.request.user)


class Note(ScreeningStep):
    """For colleagues only."""

    title = gettext_lazy("Note among staff")
    lead = gettext_lazy("Applicants never see it.")
    button = gettext_lazy("Save")
    done = gettext_lazy("The note is saved.")
    form_class = TextForm

    def perform_step(self, form: Any) -> Any:
        """Keep."""
        add_note(self.record, author=self.request.user, text=form.cleaned_data["text"])


class Message(ScreeningStep):
    """To the applicants."""

    title = gettext_lazy("Message to the applicant")
    lead = gettext_lazy("It goes out by e-mail and stands on the status page, where they can answer.")
    button = gettext_lazy("Send")
    done = gettext_lazy("Sent.")
    form_class = TextForm

    def perform_step(self, form: Any) -> Any:
        """Send."""
        send_message(self.record, author=self.request.user, text=form.cleaned_data["text"], from_staff=True)


class PublishConsent(WorkflowView):
    """Another wording from now on."""

    model = ConsentText
    permission = "members.add_consenttext"
    title = gettext_lazy("Publish a wording")
    lead = gettext_lazy("It gets the next version number and cannot be changed any more. Applicants who are still drafting are asked again.")
    button = gettext_lazy("Publish")
    done = gettext_lazy("Published.")
    form_class = ConsentForm

    def get_initial(self) -> dict[str, Any]:
        """The wording in force, to be changed."""
        kind = self.request.GET.get("kind", ConsentKind.PRIVACY)
        kind = kind if kind in ConsentKind.values else ConsentKind.PRIVACY
        wording = wordings_in_force()[ConsentKind(kind)]
        return {"kind": kind, "text": wording.text, "details": wording.details}

    def perform_step(self, form: Any) -> Any:
        """Publish."""
        return publish_consent(actor=self.request.user, **form.cleaned_data)


class Revise(WorkflowView):
    """Change a question; another wording makes a new version."""

    model = Question
    permission = "members.change_question"
    title = gettext_lazy("Change the question")
    lead = gettext_lazy("Answers given so far keep the wording they were given to; another wording makes a new version.")
    button = gettext_lazy("Save")
    done = gettext_lazy("Saved.")
    form_class = QuestionForm

    def get_initial(self) -> dict[str, Any]:
        """As it stands."""
        return {name: getattr(self.record, name) for name in QuestionForm.base_fields}

    def perform_step(self, form: Any) -> Any:
        """Revise."""
        return revise_question(self.record, actor=self.request.user, **form.cleaned_data)
