"""The applicant's further pages: questions of the round, colleagues, messages, deleting a draft, what the machine saw."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from alliance.common.exceptions import DomainError
from alliance.common.ratelimit import RateLimited
from alliance.common.views import DomainErrorMixin
from members.answers import QUESTIONS, asked
from members.forms.more import ColleagueForm, MessageForm, QuestionsForm
from members.scans.wording import told
from members.selectors.corrections import mendings
from members.services.applying import save_question_answers
from members.services.drafts import delete_draft
from members.services.invitations import invite_editor, revoke_invitation
from members.services.messages import send_message
from members.views.apply import Editable, OwnApplication, saved_message


class Questions(Editable, DomainErrorMixin, FormView):
    """The questions that staff have added."""

    template_name = "members/apply_part.html"
    form_class = QuestionsForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """As asked, with the answers so far."""
        return super().get_form_kwargs() | {"asked": asked(self.application)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Like a part of the form."""
        points = [mending for mending in mendings(self.application) if mending.point.field.startswith("question:")]
        return super().get_context_data(part=QUESTIONS, points=points, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Autosave keeps what is valid so far."""
        if "autosave" not in request.POST:
            return super().post(request, *args, **kwargs)
        form = self.get_form()
        form.is_valid()
        typed = {name for name in form.fields if name in request.POST}
        answers = {int(name[1:]): str(value or "") for name, value in form.cleaned_data.items() if name in typed}
        try:
            save_question_answers(self.application, answers, actor=request.user)
        except DomainError as error:
            return JsonResponse({"message": str(error)}, status=409)
        return JsonResponse({"message": saved_message(form)})

    def perform(self, form: Any) -> HttpResponse:
        """Save."""
        save_question_answers(self.application, form.answers(), actor=self.request.user)
        messages.success(self.request, _("“%(part)s” saved.") % {"part": QUESTIONS.title})
        return redirect("apply:tasks", self.application.reference)


class Colleagues(Editable, RateLimited, DomainErrorMixin, FormView):
    """Who works on the application; ask another colleague by e-mail."""

    template_name = "members/apply_colleagues.html"
    form_class = ColleagueForm
    rate = "20/h"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Those who can, and those who are asked."""
        invitations = self.application.invitations.filter(accepted_at=None, revoked_at=None)
        return super().get_context_data(editors=self.application.editors.select_related("user"), invitations=invitations, **kwargs)

    def perform(self, form: forms.BaseForm) -> HttpResponse:
        """Ask."""
        if "revoke" in self.request.POST:
            return self._revoke()
        invite_editor(self.application, actor=self.request.user, **form.cleaned_data)
        messages.success(self.request, _("The invitation has been sent."))
        return redirect("apply:colleagues", self.application.reference)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Taking an invitation back needs no form."""
        return self._revoke() if "revoke" in request.POST else super().post(request, *args, **kwargs)

    def _revoke(self) -> HttpResponse:
        pk = self.request.POST["revoke"]
        revoke_invitation(get_object_or_404(self.application.invitations, pk=pk if pk.isdecimal() else 0), actor=self.request.user)
        messages.info(self.request, _("The invitation has been taken back."))
        return redirect("apply:colleagues", self.application.reference)


class Messages(OwnApplication, RateLimited, DomainErrorMixin, FormView):
    """The thread between the applicants and the secretariat."""

    template_name = "members/apply_messages.html"
    form_class = MessageForm
    rate = "20/h"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Notes among staff are not for here."""
        thread = self.application.messages.filter(internal=False).select_related("author")
        return super().get_context_data(thread=thread, **kwargs)

    def perform(self, form: forms.BaseForm) -> HttpResponse:
        """Send."""
        send_message(self.application, author=self.request.user, text=form.cleaned_data["text"], from_staff=False)
        messages.success(self.request, _("Your message has been sent to the secretariat."))
        return redirect("apply:messages", self.application.reference)


class DeleteDraft(Editable, FormView):
    """Delete the draft with its data, after a question."""

    template_name = "members/apply_delete.html"
    form_class = forms.Form

    def form_valid(self, form: forms.BaseForm) -> HttpResponse:
        """Delete; something that was ever sent can only be withdrawn."""
        try:
            delete_draft(self.application, actor=self.request.user)
        except DomainError as error:
            messages.error(self.request, str(error))
            return redirect("apply:tasks", self.application.reference)
        messages.success(self.request, _("The draft and its data have been deleted."))
        return redirect("apply:start")


class Reading(OwnApplication, TemplateView):
    """What the machine saw on the scan; asked for again while it is still looking."""

    template_name = "members/apply_reading.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """In words."""
        return super().get_context_data(reading=told(self.application.scan_reading), **kwargs)
