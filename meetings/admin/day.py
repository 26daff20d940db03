"""Steps of the day on a meeting's record: moving it, printing, attendance, feedback, report."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _

from alliance.common.admin import WorkflowButton, workflow_path
from alliance.common.admin.exports import as_xlsx
from alliance.common.admin.workflow import WorkflowView
from alliance.common.audit import record
from alliance.common.clock import BEIJING
from alliance.common.models import OutboxMessage
from meetings import mails
from meetings.documents.report import meeting_report
from meetings.enums import MeetingStatus, RegistrationStatus
from meetings.forms.content import MaterialForm
from meetings.forms.day import AttendanceForm, MoveForm, PrintForm
from meetings.models import FeedbackAnswer, Meeting
from meetings.selectors import feedback
from meetings.services.attendance import close_attendance, enter_attendance
from meetings.services.content import add_material
from meetings.services.planning import change_meeting
from meetings.services.printing import start_print


class Move(WorkflowView):
    """Another time or place, told to everybody on the list."""

    model = Meeting
    permission = "meetings.manage_meetings"
    title = _("Change time or place")
    lead = _("Everybody who has a place or waits for one gets a letter, and calendars update by themselves. The letter is shown before it goes out.")
    button = _("Change and notify")
    done = _("Time and place are changed; the letters are on their way.")
    form_class = MoveForm
    previews_mail = True

    def get_form_kwargs(self) -> dict[str, Any]:
        """The meeting, for its deadlines."""
        return super().get_form_kwargs() | {"meeting": self.record}

    def get_initial(self) -> dict[str, Any]:
        """As it is now."""
        meeting = self.record
        return {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at, "place": meeting.place, "online_link": meeting.online_link}

    def perform_step(self, form: Any) -> Any:
        """Change."""
        return change_meeting(self.record, actor=self.request.user, **form.cleaned_data)


class EnterAttendance(WorkflowView):
    """The paper list becomes attendance."""

    model = Meeting
    permission = "meetings.check_in"
    title = _("Enter attendance from paper")
    lead = _("Tick who signed. Those who were checked in by phone are ticked already; taking a tick away undoes it.")
    button = _("Save the attendance")
    done = _("The attendance is saved.")
    form_class = AttendanceForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """The meeting's people."""
        return super().get_form_kwargs() | {"meeting": self.record}

    def perform_step(self, form: Any) -> Any:
        """Save."""
        enter_attendance(self.record, {int(pk) for pk in form.cleaned_data["present"]}, actor=self.request.user)


class CloseAttendance(WorkflowView):
    """The meeting was held."""

    model = Meeting
    permission = "meetings.manage_meetings"
    title = _("Close the attendance")
    lead = _(
        "The meeting counts as held. Whoever has a place and was not let in is absent; all others get the certificate of attendance and a letter with the feedback form."
    )
    button = _("Close and thank")
    done = _("The attendance is closed. Certificates and letters are made in the background.")
    previews_mail = True

    def preview(self, form: Any) -> list[OutboxMessage]:
        """The letters of thanks, as the background will write them."""
        with transaction.atomic():
            last = OutboxMessage.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            for registration in self.record.registrations.filter(status=RegistrationStatus.ATTENDED).select_related("person", "meeting", "institution"):
                mails.thanks(registration)
            queued = list(OutboxMessage.objects.filter(pk__gt=last).order_by("pk"))
            transaction.set_rollback(True)
        return queued

    def perform_step(self, form: Any) -> Any:
        """Close; the job shows how far it is."""
        return close_attendance(self.record, actor=self.request.user)


class PrintForDay(WorkflowView):
    """Badges, sheet, certificates."""

    model = Meeting
    permission = "meetings.check_in"
    title = _("Print")
    lead = _("For everybody who has a place; certificates for those who attended. The file is made in the background and replaces the last one of its kind.")
    button = _("Make the PDF")
    form_class = PrintForm

    def perform_step(self, form: Any) -> Any:
        """Begin; the job shows how far it is."""
        data = form.cleaned_data
        return start_print(self.record, data["what"], actor=self.request.user, size=data["size"], order=data["order"])


class AddMaterial(WorkflowView):
    """A file for the meeting."""

    model = Meeting
    permission = "meetings.manage_meetings"
    title = _("Add a material")
    button = _("Add")
    done = _("The material is added.")
    form_class = MaterialForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """The meeting's agenda."""
        return super().get_form_kwargs() | {"meeting": self.record}

    def perform_step(self, form: Any) -> Any:
        """Keep it."""
        data = form.cleaned_data
        day = data["visible_from"]
        moment = day and dt.datetime.combine(day, dt.time.min, BEIJING)
        values = {name: data[name] for name in ("title", "kind", "readers")}
        add_material(self.record, data["upload"], actor=self.request.user, visible_from=moment, session=data.get("session"), **values)


class FeedbackResults(WorkflowView):
    """What participants said, as charts that are their own tables."""

    model = Meeting
    permission = "meetings.view_meeting"
    title = _("Feedback")
    button = ""
    template_name = "meetings/admin_feedback.html"
    http_method_names: Sequence[str] = ("get", "head")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page, or with `?export=xlsx` each answer as a row, without names."""
        if request.GET.get("export") == "xlsx":
            return self._export(request)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The results."""
        attended = self.record.registrations.filter(status=RegistrationStatus.ATTENDED).count()
        return super().get_context_data(results=feedback.results(self.record), responses=feedback.responses(self.record), attended=attended, **kwargs)

    def _export(self, request: HttpRequest) -> HttpResponse:
        answers = FeedbackAnswer.objects.filter(response__registration__meeting=self.record).select_related("question").order_by("question__position", "?")
        rows = [[answer.question.text, answer.number, answer.text] for answer in answers]
        record("export.made", self.record, actor=request.user, list="feedback", rows=len(rows), kind="xlsx")
        return as_xlsx(str(_("Feedback")), [str(_("question")), str(_("number")), str(_("text"))], rows)


class ReportPdf(WorkflowView):
    """The report of the meeting."""

    model = Meeting
    permission = "meetings.view_meeting"
    title = _("Report")
    button = ""
    http_method_names: Sequence[str] = ("get", "head")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """As a PDF, made now."""
        response = HttpResponse(meeting_report(self.record), content_type="application/pdf")
        response.headers["Content-Disposition"] = f'inline; filename="report-{self.record.slug}.pdf"'
        response.headers["Cache-Control"] = "no-store, private"
        return response


def _published(meeting: Meeting) -> bool:
    return meeting.status == MeetingStatus.PUBLISHED


def _shown(meeting: Meeting) -> bool:
    return meeting.status in {MeetingStatus.PUBLISHED, MeetingStatus.HELD}


def _minutes(meeting: Meeting) -> str:
    existing = getattr(meeting, "minutes", None)
    return reverse("admin:meetings_minutes_change", args=[existing.pk]) if existing else f"{reverse('admin:meetings_minutes_add')}?meeting={meeting.pk}"


BUTTONS = [
    WorkflowButton("move", _("Change time or place"), "meetings.manage_meetings", show=_published, secondary=True),
    WorkflowButton("door", _("Check-in"), "meetings.check_in", show=_published, secondary=True, url=lambda m: reverse("checkin:door", args=[m.slug])),
    WorkflowButton("print", _("Print"), "meetings.check_in", show=_shown, secondary=True),
    WorkflowButton("attendance", _("Enter attendance from paper"), "meetings.check_in", show=_shown, secondary=True),
    WorkflowButton("close", _("Close the attendance"), "meetings.manage_meetings", show=_published, secondary=True),
    WorkflowButton("material", _("Add a material"), "meetings.manage_meetings", secondary=True),
    WorkflowButton("minutes", _("Minutes"), "meetings.add_minutes", show=_shown, secondary=True, url=_minutes),
    WorkflowButton("feedback", _("Feedback"), "meetings.view_meeting", show=_shown, secondary=True),
    WorkflowButton("report", _("Report (PDF)"), "meetings.view_meeting", show=_shown, secondary=True),
]


def paths() -> list[URLPattern]:
    """The addresses of these steps."""
    steps: list[tuple[type[WorkflowView], str]] = [
        (Move, "move"), (PrintForDay, "print"), (EnterAttendance, "attendance"), (CloseAttendance, "close"), (AddMaterial, "material"),
        (FeedbackResults, "feedback"), (ReportPdf, "report"),
    ]  # fmt: skip
    return [workflow_path(view, name) for view, name in steps]
