"""The pages of a sealed form as pictures, for the screener's viewer: a PDF and a photo are looked at, turned and enlarged in the same way."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views import View

from alliance.common.models import StoredFile
from members.models import Application
from members.scans.pages import UnreadableScan, page_jpeg


def scan_of(application: Application) -> StoredFile | None:
    """What the screener decides on: the scan of the latest submission, else the one that lies with the applicant; None once its bytes were erased."""
    latest = application.submissions.select_related("scan").order_by("-round").first()
    stored = latest.scan if latest else application.scan
    return stored if stored is not None and stored.erased_at is None else None


class ScanPage(View):
    """One page as JPEG."""

    def get(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """404 for a page that is not there, or a file that is no scan."""
        application = get_object_or_404(Application, pk=pk)
        if not request.user.has_perm("members.screen_application") and not request.user.has_perm("members.view_application"):
            raise PermissionDenied
        stored = scan_of(application)
        if stored is None:
            raise Http404
        with stored.content.open("rb") as handle:
            data = handle.read()
        try:
            picture = page_jpeg(data, number)
        except UnreadableScan:
            raise Http404 from None
        response = HttpResponse(picture, content_type="image/jpeg")
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response
