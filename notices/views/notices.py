"""Official notices for members and the public."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView

from alliance.common.views import PublicView
from members.models import Institution
from members.rules import liaison_institution_ids
from notices.gongwen.text import paragraphs
from notices.models import Acknowledgement, Notice
from notices.selectors.notices import notices_visible_to
from notices.services import issuing


class NoticeList(PublicView, TemplateView):
    """The newest first; for a liaison with what still has to be acknowledged."""

    template_name = "notices/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """At most two hundred."""
        notices = list(notices_visible_to(self.request.user)[:200])
        units = liaison_institution_ids(self.request.user)
        read = set(Acknowledgement.objects.filter(institution__in=units, notice__in=notices).values_list("notice_id", flat=True))
        return super().get_context_data(rows=[(notice, notice.pk in read) for notice in notices], is_liaison=bool(units), **kwargs)


class VisibleNotice(PublicView):
    """Pages of one notice; for whom it is not meant, it does not exist."""

    @property
    def notice(self) -> Notice:
        """The notice of the address."""
        return get_object_or_404(notices_visible_to(self.request.user).select_related("corrects"), pk=self.kwargs["pk"])  # type: ignore[attr-defined]


class NoticePage(VisibleNotice, TemplateView):
    """The text, its PDF, what corrects it, and the button that says it has been read."""

    template_name = "notices/notice.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the units of the person that have not acknowledged it."""
        notice = self.notice
        units = liaison_institution_ids(self.request.user)
        read = set(notice.acknowledgements.filter(institution__in=units).values_list("institution_id", flat=True))
        return super().get_context_data(
            notice=notice,
            rows=paragraphs(notice.text),
            corrections=notice.corrections.exclude(number=None),
            to_read=units - read,
            has_read=bool(read),
            **kwargs,
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Read, for all units of the person."""
        notice = self.notice
        for institution in Institution.objects.filter(pk__in=liaison_institution_ids(request.user)):
            issuing.acknowledge(notice, institution, actor=request.user)
        messages.success(request, _("Thank you. It is noted that you have read it."))
        return redirect("notices:notice", pk)


class NoticePdf(VisibleNotice, View):
    """The official document."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The PDF."""
        notice = self.notice
        response = HttpResponse(issuing.pdf(notice), content_type="application/pdf")
        response.headers["Content-Disposition"] = f'inline; filename="notice-{notice.year}-{notice.sequence}.pdf"'
        return response
