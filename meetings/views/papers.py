"""A unit's papers of a meeting that was held."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views import View

from meetings.documents.bundles import certificates_zip
from meetings.selectors.certificates import certified
from meetings.views.portal import UnitMeetingView


class UnitCertificates(UnitMeetingView, View):
    """The certificates of attendance of all the unit's people, as a ZIP."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Made now, of what was issued; 404 while nobody of the unit has one."""
        rows = certified(self.meeting, self.institution)
        if not rows:
            raise Http404
        response = HttpResponse(certificates_zip(rows, folders=False), content_type="application/zip")
        response.headers["Content-Disposition"] = content_disposition_header(True, f"{self.meeting.title} {self.institution.name} 参会证明.zip") or ""
        response.headers["Cache-Control"] = "no-store, private"
        return response
