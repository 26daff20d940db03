"""The report of a meeting: what it was, who was there, what was heard, said and decided."""

from alliance.common.documents import render_pdf
from meetings.enums import MaterialKind, PrintOrder
from meetings.models import Meeting
from meetings.selectors import feedback
from meetings.selectors.content import EVERYTHING, reports_for
from meetings.selectors.figures import figures, in_order, placed


def meeting_report(meeting: Meeting) -> bytes:
    """For the files of the secretariat: it holds names and everything that is not public."""
    context = {
        "meeting": meeting,
        "figures": figures(meeting),
        "sessions": list(meeting.sessions.all()),
        "reports": list(reports_for(meeting, EVERYTHING)),
        "minutes": getattr(meeting, "minutes", None),
        "decisions": list(meeting.decisions.all()),
        "materials": list(meeting.materials.filter(withdrawn_at=None).exclude(kind=MaterialKind.PHOTO).select_related("file")),
        "results": feedback.results(meeting),
        "responses": feedback.responses(meeting),
        "registrations": in_order(list(placed(meeting)), PrintOrder.UNIT),
    }
    return render_pdf("meetings/pdf/report.html", context)
