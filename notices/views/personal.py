"""What the personal link in a mail opens, without signing in: the notice as it speaks to this unit, 已阅, and how one is written to."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import FormView

from alliance.common.ratelimit import RateLimited
from alliance.common.views import PublicView
from notices.forms.issue import ChoiceForm
from notices.models import MailChoice, Notice, Recipient
from notices.selectors.field_values import field_values
from notices.services import choices, issuing, releasing
from notices.views.notices import Attachment, NoticeDocx, NoticePage, NoticePdf


class ByLink:
    """The notice of a recipient's link; an unknown link leads nowhere."""

    kwargs: dict[str, Any]

    @cached_property
    def recipient(self) -> Recipient:
        """Whose link it is."""
        rows = Recipient.objects.select_related("release__notice__corrects", "institution", "person")
        return get_object_or_404(rows, token=self.kwargs["token"])

    @property
    def notice(self) -> Notice:
        """The notice that was sent."""
        return self.recipient.release.notice

    @cached_property
    def values(self) -> dict[str, str] | None:
        """What its fields say to the unit that was written to."""
        return field_values(self.recipient.institution, self.recipient.person) if self.recipient.institution else None


@method_decorator(never_cache, name="dispatch")
class PersonalPage(RateLimited, ByLink, NoticePage):
    """The notice. Opening it is noted; only the button says that it has been read, since mail scanners follow links."""

    rate = "120/m"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the unit's acknowledgement."""
        if self.request.method == "GET":
            releasing.note_opening(self.recipient)
        unit = self.recipient.institution
        read = unit is not None and self.notice.acknowledgements.filter(institution=unit).exists()
        context = super().get_context_data(**kwargs)
        return {**context, "to_read": unit is not None and not read, "has_read": read, "reader": unit, "in_mail": True}

    def post(self, request: HttpRequest, token: str) -> HttpResponse:  # type: ignore[override]
        """Read, for the unit that was written to."""
        if self.recipient.institution is not None:
            issuing.acknowledge(self.notice, self.recipient.institution, person=self.recipient.person)
            messages.success(request, _("Thank you. It is noted that you have read it."))
        return redirect("notices:personal", token)


class PersonalPdf(ByLink, NoticePdf):
    """The official document."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:  # type: ignore[override]
        """The PDF."""
        return super().get(request, 0, "")


class PersonalDocx(ByLink, NoticeDocx):
    """The same for word processors."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:  # type: ignore[override]
        """The DOCX."""
        return super().get(request, 0, "")


class PersonalAttachment(ByLink, Attachment):
    """A file of the notice."""

    def get(self, request: HttpRequest, token: str, position: int) -> Any:  # type: ignore[override]
        """The file."""
        return super().get(request, 0, "", position)


@method_decorator(csrf_exempt, name="dispatch")
class Choice(PublicView, RateLimited, FormView):
    """How a person wants to be written to. The link is the key; a mail program may press it by itself (RFC 8058), so no other token is asked for."""

    template_name = "notices/choice.html"
    form_class = ChoiceForm
    rate = "60/m"

    @cached_property
    def choice(self) -> MailChoice:
        """Whose link it is."""
        return get_object_or_404(MailChoice.objects.select_related("person"), token=self.kwargs["token"])

    def get_initial(self) -> dict[str, Any]:
        """As it stands."""
        return {"digest": self.choice.digest, "voluntary": not self.choice.declines_voluntary}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whose it is."""
        return super().get_context_data(choice=self.choice, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """One click from a mail program, or the form."""
        if request.POST.get("List-Unsubscribe") == "One-Click":
            choices.change_choice(self.choice, digest=self.choice.digest, voluntary=False)
            return HttpResponse(status=204)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: forms.BaseForm) -> HttpResponse:
        """Save."""
        choices.change_choice(self.choice, **form.cleaned_data)
        messages.success(self.request, _("Saved."))
        return redirect("notices:choice", self.choice.token)
