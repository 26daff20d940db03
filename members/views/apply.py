"""The applicant's pages."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.generic import FormView, TemplateView

from alliance.common.audit import timeline
from alliance.common.clock import now
from alliance.common.exceptions import DomainError
from alliance.common.models import Organisation
from alliance.common.ratelimit import RateLimited
from alliance.common.templatetags.alliance import moment
from alliance.common.views import DomainErrorMixin, PermissionRequired, PublicView
from members import documents
from members.answers import (
    PARTS,
    PARTS_BY_SLUG,
    QUESTIONS,
    asked,
    digest,
    field_label,
    is_begun,
    is_complete,
    labelled,
    missing_parts,
    part_version,
    questions_complete,
)
from members.credit_codes import remark
from members.enums import WITH_APPLICANT, ApplicationStatus
from members.forms.application import ScanForm, form_for
from members.models import Application
from members.progress import next_steps, paper_of, papers_of
from members.scans.wording import told
from members.selectors.institutions import search_institutions
from members.selectors.screening import screening_due
from members.services.applying import attach_scan, remove_scan, save_part, start_application, submit_application, withdraw_application
from members.services.printing import keep_print

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
        parts = [{"part": part, "complete": is_complete(application, part), "begun": is_begun(application, part)} for part in PARTS]
        if questions := asked(application):
            begun = any(value for _question, value in questions)
            row = {"part": QUESTIONS, "complete": begun and questions_complete(application), "begun": begun}
            parts.insert(len(parts) - 1, row)
        ready = not missing_parts(application)
        points = list(application.correction_points.filter(round=application.round - 1)) if application.status == ApplicationStatus.RETURNED else []
        wanted = {point.field for point in points}
        for row in parts:
            row["mend"] = any(field in wanted for field in row["part"].fields) or (row["part"] is QUESTIONS and any(f.startswith("question:") for f in wanted))
        return super().get_context_data(
            parts=parts,
            done=sum(part["complete"] for part in parts),
            ready=ready,
            next_part=next((part["part"] for part in parts if not part["complete"]), None),
            scan_current=bool(application.scan_id) and ready and application.scan_digest == digest(application),
            points=[(point, field_label(point.field)) for point in points],
            entries=timeline(application),
            due=screening_due(application),
            next_steps=next_steps(application),
            papers=papers_of(application),
            unread=application.messages.filter(internal=False).count(),
            expires_in=max(0, Organisation.load().draft_expiry_days - (now() - application.updated_at).days),
            can_delete=application.status == ApplicationStatus.DRAFT and not application.submissions.exists(),
            can_withdraw=self.request.user.has_perm("members.withdraw_application", application),  # type: ignore[attr-defined]
            **kwargs,
        )


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
        points = self.application.correction_points.filter(round=self.application.round - 1, field__in=self.part.fields)
        return super().get_context_data(
            part=self.part, q=text, results=search_institutions(text) if text else [], points=points, seen=self._version(), **kwargs
        )

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
        return JsonResponse({"message": _("Saved at %(time)s") % {"time": moment(now())[-5:]}, "seen": self._version()})

    def _version(self) -> str:
        """What is saved now, whatever this request has in hand."""
        return part_version(Application.objects.get(pk=self.application.pk), self.part)


class SealedForm(OwnApplication, View):
    """The PDF to print and have sealed."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Only when the answers are complete: a sealed form with holes helps nobody."""
        if missing_parts(self.application):
            messages.warning(request, _("Complete all parts first; then the form can be printed."))
            return redirect("apply:tasks", reference)
        keep_print(self.application)
        response = HttpResponse(documents.sealed_form(self.application), content_type="application/pdf")
        response.headers["Content-Disposition"] = f'inline; filename="{reference}.pdf"'
        return response


class PaperDocument(OwnApplication, View):
    """A document that the case has brought: payment notice, letter of approval."""

    def get(self, request: HttpRequest, reference: str, name: str) -> HttpResponse:
        """404 until it exists."""
        paper = paper_of(self.application, name)
        if paper is None:
            raise Http404
        response = HttpResponse(paper.make(self.application), content_type="application/pdf")
        response.headers["Content-Disposition"] = f'inline; filename="{reference}-{name}.pdf"'
        return response


class Scan(Editable, RateLimited, DomainErrorMixin, FormView):
    """Print, have sealed, upload."""

    template_name = "members/apply_scan.html"
    form_class = ScanForm
    rate = "30/m"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether the scan that is there is of the present content."""
        application = self.application
        outdated = bool(application.scan_id) and application.scan_digest != digest(application)
        return super().get_context_data(outdated=outdated, missing=missing_parts(application), reading=told(application.scan_reading), **kwargs)

    def perform(self, form: forms.BaseForm) -> HttpResponse:
        """Keep the upload."""
        attach_scan(self.application, form.cleaned_data["scan"], actor=self.request.user)
        messages.success(self.request, _("The sealed form has been uploaded. The machine looks at it now."))
        return redirect("apply:scan", self.application.reference)


class RemoveScan(Editable, View):
    """Take the scan off again."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        """Remove and go back."""
        remove_scan(self.application, actor=request.user)
        messages.info(request, _("The scan has been removed."))
        return redirect("apply:scan", reference)


class RemarkForm(forms.Form):
    """What to tell the screener about the scan."""

    remark = forms.CharField(label=gettext_lazy("Remark on the scan, if the machine is wrong"), max_length=500, required=False, strip=True)


class Check(Editable, DomainErrorMixin, FormView):
    """Check the answers, then submit."""

    template_name = "members/apply_check.html"
    form_class = RemarkForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """All answers with links to change them."""
        parts = [part for part in PARTS if part.slug != "consents"] + [QUESTIONS]
        groups = [(part, rows) for part, (_title, rows) in zip(parts, labelled(self.application), strict=False)]
        return super().get_context_data(groups=groups, missing=missing_parts(self.application), reading=told(self.application.scan_reading), **kwargs)

    def perform(self, form: forms.BaseForm) -> HttpResponse:
        """Submit."""
        submit_application(self.application, actor=self.request.user, remark=form.cleaned_data["remark"])
        return redirect("apply:submitted", self.application.reference)


class CheckDoor(Check):
    """The same address after a double click: the second post finds it submitted and shows the confirmation."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A repeated post of a form that was already taken is a success for the person."""
        if request.method == "POST" and request.user.is_authenticated and self.application.status == ApplicationStatus.SUBMITTED:
            return redirect("apply:submitted", self.application.reference)
        return super().dispatch(request, *args, **kwargs)


class Submitted(OwnApplication, TemplateView):
    """The confirmation with the reference and what comes next."""

    template_name = "members/apply_submitted.html"


class Withdraw(OwnApplication, FormView):
    """Take the application back, after a question."""

    permission = "members.withdraw_application"
    template_name = "members/apply_withdraw.html"
    form_class = forms.Form

    def form_valid(self, form: forms.BaseForm) -> HttpResponse:
        """Withdraw."""
        withdraw_application(self.application, actor=self.request.user)
        messages.success(self.request, _("The application has been withdrawn. You may apply again at any time."))
        return redirect("apply:start")
