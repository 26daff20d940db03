"""The public register of members."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views import View
from django.views.generic import TemplateView

from alliance.common.models import VerifiableDocument
from alliance.common.views import PermissionRequired, PublicView
from members import documents
from members.models import Institution, Membership
from members.selectors.institutions import named
from members.selectors.memberships import current_members
from members.selectors.register import KINDS

PAGE = 60


class Register(PublicView, TemplateView):
    """Who is in the alliance: search by any name or pinyin, filter by province and kind."""

    template_name = "members/register.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The page of members that the address asks for."""
        get = self.request.GET
        members = self._chosen(get.get("q", "")[:100], get.get("province", ""), get.get("kind", ""))
        page = Paginator(members, PAGE).get_page(get.get("page"))
        provinces = current_members().exclude(institution__province="").values_list("institution__province", flat=True)
        return super().get_context_data(page_obj=page, total=page.paginator.count, provinces=sorted(set(provinces)), kinds=list(KINDS), **kwargs)

    def _chosen(self, text: str, province: str, kind: str) -> QuerySet[Membership]:
        members = current_members()
        if text:
            members = members.filter(institution__in=named(text))
        if province:
            members = members.filter(institution__province=province)
        return members.filter(institution__in=Institution.objects.filter(KINDS[kind])) if kind in KINDS else members


class StaffCertificate(PermissionRequired, View):
    """A membership's certificate for staff."""

    permission = "members.view_membership"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The PDF."""
        membership = get_object_or_404(Membership.objects.select_related("institution").exclude(number=None), pk=pk)
        try:
            content = documents.certificate(membership)
        except VerifiableDocument.DoesNotExist:
            raise Http404 from None
        response = HttpResponse(content, content_type="application/pdf")
        response.headers["Content-Disposition"] = f'inline; filename="certificate-{membership.number}.pdf"'
        return response
