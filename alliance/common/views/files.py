"""Downloads of private files."""

from urllib.parse import quote

from django.contrib.auth.views import redirect_to_login
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views import View

from alliance.common.files import IMAGES, PDF, FileErased, may_read
from alliance.common.models import StoredFile

# What a browser may show by itself; everything else is saved. The sandbox keeps even these from running anything.
INLINE = IMAGES | PDF


class Download(View):
    """A private file, for those who may read its owner; for everybody else it does not exist."""

    permission = "per file, see alliance.common.files.register_access"

    def get(self, request: HttpRequest, pk: str) -> HttpResponseBase:
        """The bytes, with the type we found and never one the uploader claimed."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        stored = get_object_or_404(StoredFile, pk=pk)
        if not may_read(request.user, stored):
            raise Http404
        if stored.erased_at is not None:
            return render(request, "refused.html", {"error": FileErased()}, status=410)
        return served(stored, request)


def served(stored: StoredFile, request: HttpRequest) -> HttpResponseBase:
    """The file as an answer; whether the person may have it has been decided before. Nobody's cache keeps it."""
    response = FileResponse(stored.content.open("rb"), content_type=stored.mimetype)
    kind = "inline" if stored.mimetype in INLINE and "download" not in request.GET else "attachment"
    response.headers["Content-Disposition"] = f"{kind}; filename*=UTF-8''{quote(stored.name)}"
    response.headers["Content-Length"] = str(stored.size)
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if stored.mimetype in PDF:
        # The portal's and the screener's pages show PDFs in a frame of their own origin.
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        response._csp_replace = {"frame-ancestors": ["'self'"], "object-src": ["'self'"]}  # type: ignore[attr-defined]
    return response
