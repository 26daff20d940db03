"""The applicant's pages."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from alliance.common.audit import timeline
from alliance.common.clock import now
from alliance.common.exceptions import DomainError
from alliance.common.models import Organisation
from alliance.common.ratelimit import RateLimited
from alliance.common.templatetags.alliance import moment
from alliance.common.views import DomainErrorMixin, PermissionRequired, PublicView
from members.answers import PARTS_BY_SLUG, digest, missing_parts, part_version
from members.credit_codes import remark
from members.enums import WITH_APPLICANT, ApplicationStatus
from members.forms.application import form_for
from members.models import Application
from members.progress import next_steps, papers_of
from members.selectors.corrections import mendings
from members.selectors.institutions import count_institutions, search_institutions
from members.selectors.readmission import readmission_of
from members.selectors.screening import screening_due
from members.selectors.tasklist import tasks_of, to_count
from members.services.applying import save_part, start_application

# In the session of somebody who wants to start and has to sign in first.
BEGIN = "begin_application"


def applications_of(user: Any) -> QuerySet[Application]:
    """The applications this person works on."""
    return Application.objects.filter(editors__user=user).select_related("institution", "scan")


class Start(PublicView, RateLimited, TemplateView):
    """What it is, what you need, how long it takes; then start or go on."""

    template_name = "members/apply_start.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The applications of the person who is signed in."""
        user = self.request.user
        return super().get_context_data(applications=applications_of(user) if user.is_authenticated else [], **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Whoever pressed the button before signing in goes on where they wanted to be."""
        if request.user.is_authenticated and request.session.pop(BEGIN, False):
            return self.post(request)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        """A new draft, or the open one."""
        if not request.user.is_authenticated:
            request.session[BEGIN] = True
            return redirect(f"{reverse('account_request_login_code')}?next={reverse('apply:start')}")
        try:
            return redirect("apply:tasks", start_application(actor=request.user).reference)
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("apply:start")


class OwnApplication(PermissionRequired):
    """Views of one application: somebody else's does not exist."""

    permission = "members.view_own_application"

    @property
    def application(self) -> Application:
        """The application of the address."""
        if not hasattr(self, "_application"):
            self._application = get_object_or_404(applications_of(self.request.user), reference=self.kwargs["reference"])  # type: ignore[attr-defined]
        return self._application

    def get_permission_object(self) -> Application:
        """The permission is about this application."""
        return self.application

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Every page shows whose application it is."""
        return super().get_context_data(application=self.application, **kwargs)  # type: ignore[misc]


class Editable(OwnApplication):
    """Pages that change the application: while it is with the applicant, else back to the task list."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Say it plainly instead of a 403: the person may look, only not change."""
        if request.user.is_authenticated and self.application.status not in WITH_APPLICANT:
            messages.info(request, _("The application has been submitted and cannot be changed now."))
            return redirect("apply:tasks", self.application.reference)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class Tasks(OwnApplication, TemplateView):
    """The task list, or where the application stands once it is sent."""

    def get_template_names(self) -> list[str]:
        """Two faces of one address, so that a bookmark stays good."""
        return ["members/apply_tasks.html" if self.application.status in WITH_APPLICANT else "members/apply_status.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The state of each part, what was returned, the timeline."""
        application = self.application
        points = mendings(application) if application.status == ApplicationStatus.RETURNED else []
        tasks = tasks_of(application, points)
        counted = to_count(tasks)
        ready = not missing_parts(application)
        return super().get_context_data(
            parts=tasks,
            total=len(counted),
            done=sum(task.complete for task in counted),
            ready=ready,
            next_part=next((task.part for task in tasks if not task.complete), None),
            scan_current=bool(application.scan_id) and ready and application.scan_digest == digest(application),
            points=points,
            entries=timeline(application),
            due=screening_due(application),
            next_steps=next_steps(application),
            papers=papers_of(application),
            return_after=readmission_of(application.institution, tell=self.request.user.has_perm("members.know_past_of_unit", application.institution)),  # type: ignore[attr-defined]
            unread=application.messages.filter(internal=False).count(),
            expires_in=max(0, Organisation.load().draft_expiry_days - (now() - application.updated_at).days),
            can_delete=application.status == ApplicationStatus.DRAFT and not application.submissions.exists(),
            can_withdraw=self.request.user.has_perm("members.withdraw_application", application),  # type: ignore[attr-defined]
            **kwargs,
        )


def saved_message(form: forms.BaseForm) -> str:
    """What the autosave kept, and which fields it could not keep: what is empty so far is no news."""
    said = _("Saved at %(time)s") % {"time": moment(now())[-5:]}
    refused = [form[name] for name in form.errors if name in form.fields and form[name].data]
    if refused:
        said += " · " + _("not yet: %(names)s") % {"names": "；".join(f"{field.label} ({field.errors[0]})" for field in refused)}
    return said


class EditPart(Editable, DomainErrorMixin, FormView):
    """One part of the form, saved while typing and by the button."""

    def get_template_names(self) -> list[str]:
        """The institution's part has a search of its own."""
        return ["members/apply_institution.html" if self.part.slug == "institution" else "members/apply_part.html"]

    @property
    def part(self) -> Any:
        """The part of the address."""
        try:
            return PARTS_BY_SLUG[self.kwargs["part"]]
        except KeyError:
            raise Http404 from None

    def get_form_class(self) -> type[forms.BaseForm]:
        """Each part has its form."""
        return form_for(self.part)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Bound to a copy, so that a refused value never shows as saved."""
        return super().get_form_kwargs() | {"instance": Application.objects.get(pk=self.application.pk), "part": self.part}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The search's results for the institution."""
        text = self.request.GET.get("q", "")[:100]
        points = [mending for mending in mendings(self.application) if mending.point.field in self.part.fields]
        found = {"results": search_institutions(text), "found_in_all": count_institutions(text)} if text else {}
        return super().get_context_data(part=self.part, q=text, points=points, seen=self._version(), **found, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Autosave keeps what is valid so far and answers in JSON; the button saves and goes back to the list."""
        return self._autosave() if "autosave" in request.POST else super().post(request, *args, **kwargs)

    def perform(self, form: forms.BaseForm) -> HttpResponse:
        """Save and go to the next part that is not complete."""
        values = {name: form.cleaned_data[name] for name in form.fields if name in form.cleaned_data}
        save_part(self.application, self.part, values, actor=self.request.user, seen=self.request.POST.get("seen", ""))
        messages.success(self.request, _("“%(part)s” saved.") % {"part": self.part.title})
        if hint := remark(values.get("invoice_tax_number") or ""):
            messages.warning(self.request, hint)
        return redirect("apply:tasks", self.application.reference)

    def _autosave(self) -> JsonResponse:
        form = self.get_form()
        form.is_valid()
        typed = {name for name in form.fields if name in self.request.POST}
        values = {name: value for name, value in form.cleaned_data.items() if name in typed}
        try:
            save_part(self.application, self.part, values, actor=self.request.user, seen=self.request.POST.get("seen", ""))
        except DomainError as error:
            return JsonResponse({"message": str(error)}, status=409)
        return JsonResponse({"message": saved_message(form), "seen": self._version()})

    def _version(self) -> str:
        """What is saved now, whatever this request has in hand."""
        return part_version(Application.objects.get(pk=self.application.pk), self.part)
