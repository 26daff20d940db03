"""The applicant's pages from the finished form on: print, seal, check, send, take back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import FormView, TemplateView

from alliance.common.ratelimit import RateLimited
from alliance.common.views import DomainErrorMixin
from members import documents
from members.answers import PARTS, QUESTIONS, digest, labelled, missing_parts
from members.enums import ApplicationStatus
from members.forms.application import ScanForm
from members.forms.sending import SubmitForm
from members.progress import paper_of
from members.scans.wording import told
from members.selectors.corrections import mendings, untouched
from members.services.applying import attach_scan, remove_scan, submit_application, withdraw_application
from members.services.printing import keep_print
from members.views.apply import Editable, OwnApplication


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


class Check(Editable, DomainErrorMixin, FormView):
    """Check the answers, then submit."""

    template_name = "members/apply_check.html"
    form_class = SubmitForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """Asked for an explanation when a point to correct is as it was sent."""
        return super().get_form_kwargs() | {"untouched": untouched(self.application), "remarkable": self._reading is not None and not self._reading["fine"]}

    @property
    def _reading(self) -> Any:
        return told(self.application.scan_reading)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """All answers with links to change them."""
        parts = [part for part in PARTS if part.slug != "consents"] + [QUESTIONS]
        groups = [(part, rows) for part, (_title, rows) in zip(parts, labelled(self.application), strict=False)]
        return super().get_context_data(
            groups=groups, missing=missing_parts(self.application), reading=self._reading, points=mendings(self.application), **kwargs
        )

    def perform(self, form: forms.BaseForm) -> HttpResponse:
        """Submit."""
        submit_application(
            self.application, actor=self.request.user, remark=form.cleaned_data.get("remark", ""), explanation=form.cleaned_data.get("explanation", "")
        )
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
