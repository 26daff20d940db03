"""Official notices for members and the public."""

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import ListView, TemplateView

from alliance.common.files import PDF
from alliance.common.views import PublicView
from members.models import Institution
from members.portal import current_institution
from members.rules import liaison_institution_ids
from notices.answers import DOCX, as_file
from notices.documents import notice_docx, notice_pdf
from notices.enums import IssuingBody
from notices.gongwen.blocks import read_blocks
from notices.gongwen.fields import fill
from notices.mails import choice_of
from notices.models import Acknowledgement, Notice
from notices.selectors.field_values import field_values
from notices.selectors.notices import notice_at, notices_visible_to, search_notices
from notices.services import issuing


class NoticeList(PublicView, ListView):
    """The newest first; for a liaison the unread ones before all others."""

    template_name = "notices/list.html"
    paginate_by = 20

    @cached_property
    def units(self) -> frozenset[int]:
        """The units that the person is liaison of."""
        return liaison_institution_ids(self.request.user)

    def get_queryset(self) -> Any:
        """Those the person may see, narrowed by words, body and year."""
        wanted = self.request.GET
        rows = search_notices(notices_visible_to(self.request.user), wanted.get("q", ""), wanted.get("body", ""), wanted.get("year", ""))
        return rows.unread_first(self.units) if self.units else rows

    def choice_link(self) -> str:
        """Where a liaison says how to be written to."""
        person = getattr(self.request.user, "person", None) if self.units else None
        return reverse("notices:choice", args=[choice_of(person).token]) if person else ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With what the filters offer, and which are read."""
        context = super().get_context_data(**kwargs)
        read = set(Acknowledgement.objects.filter(institution__in=self.units, notice__in=context["object_list"]).values_list("notice_id", flat=True))
        years = notices_visible_to(self.request.user).order_by("-year").values_list("year", flat=True).distinct()
        rows = [(notice, notice.pk in read) for notice in context["object_list"]]
        return {**context, "rows": rows, "is_liaison": bool(self.units), "choice": self.choice_link(), "bodies": IssuingBody.choices, "years": years}


class VisibleNotice(PublicView):
    """Pages of one notice; for whom it is not meant, it does not exist."""

    request: HttpRequest
    kwargs: dict[str, Any]

    @cached_property
    def notice(self) -> Notice:
        """The notice of the address."""
        visible = notices_visible_to(self.request.user).select_related("corrects")
        notice = notice_at(self.kwargs["year"], self.kwargs["place"], visible)
        if notice is None:
            raise Http404
        return notice

    @cached_property
    def values(self) -> dict[str, str] | None:
        """What its fields say to the unit whose liaison is looking; None for everybody else."""
        if not liaison_institution_ids(self.request.user):
            return None
        return field_values(current_institution(self.request), getattr(self.request.user, "person", None))


class NoticePage(VisibleNotice, TemplateView):
    """The text, its PDF, what corrects it, and the button that says it has been read."""

    template_name = "notices/notice.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the units of the person that have not acknowledged it."""
        notice = self.notice
        units = liaison_institution_ids(self.request.user)
        read = set(notice.acknowledgements.filter(institution__in=units).values_list("institution_id", flat=True))
        attachments = [(row, read_blocks(fill(row.text, self.values))) for row in notice.attachments.select_related("file")]
        return super().get_context_data(
            notice=notice,
            title=fill(notice.title, self.values),
            addressee=fill(notice.addressee, self.values),
            blocks=read_blocks(fill(notice.text, self.values)),
            attachments=attachments,
            corrections=notice.corrections.exclude(number=None),
            to_read=units - read,
            has_read=bool(read),
            **kwargs,
        )

    def post(self, request: HttpRequest, year: int, place: str) -> HttpResponse:
        """Read, for all units of the person."""
        for institution in Institution.objects.filter(pk__in=liaison_institution_ids(request.user)):
            issuing.acknowledge(self.notice, institution, actor=request.user)
        messages.success(request, _("Thank you. It is noted that you have read it."))
        return redirect(self.notice)


class NoticePdf(VisibleNotice, View):
    """The official document."""

    def get(self, request: HttpRequest, year: int, place: str) -> HttpResponse:
        """The PDF."""
        return as_file(notice_pdf(self.notice, self.values), f"{self.notice.number}.pdf", "application/pdf", inline=True)


class NoticeDocx(VisibleNotice, View):
    """The same for word processors."""

    def get(self, request: HttpRequest, year: int, place: str) -> HttpResponse:
        """The DOCX."""
        return as_file(notice_docx(self.notice, self.values), f"{self.notice.number}.docx", DOCX)


class Attachment(VisibleNotice, View):
    """A file of the notice, for whoever may see the notice."""

    def get(self, request: HttpRequest, year: int, place: str, position: int) -> HttpResponseBase:
        """The file as it was attached."""
        stored = get_object_or_404(self.notice.attachments.exclude(file=None).select_related("file"), position=position).file
        response = FileResponse(stored.content.open("rb"), content_type=stored.mimetype)
        response.headers["Content-Disposition"] = f"{'inline' if stored.mimetype in PDF else 'attachment'}; filename*=UTF-8''{quote(stored.name)}"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


class OldAddress(PublicView, View):
    """Notices were once found by their row's number; whoever may see one is led on."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """On."""
        return redirect(get_object_or_404(notices_visible_to(request.user), pk=pk))
