"""Places taken by meeting, as a chart for the staff's start page."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance.common.charts import Chart, Series
from alliance.common.clock import local_date
from meetings.enums import SEATED, RegistrationStatus
from meetings.models import Meeting
from meetings.selectors.meetings import SHOWN

SHOWN_MEETINGS = 8


def places() -> Chart:
    """The last and coming meetings in order of time: places taken, and who waits for one."""
    seated = Count("registrations", filter=Q(registrations__status__in=SEATED))
    waiting = Count("registrations", filter=Q(registrations__status=RegistrationStatus.WAITLISTED))
    meetings = Meeting.objects.filter(status__in=SHOWN).annotate(seated=seated, waiting=waiting).order_by("-starts_at")[:SHOWN_MEETINGS]
    rows = list(meetings)[::-1]
    return Chart(
        _("Places taken by meeting"),
        [f"{local_date(meeting.starts_at):%Y-%m-%d}" for meeting in rows],
        [Series(_("places"), [meeting.seated for meeting in rows]), Series(_("waiting list"), [meeting.waiting for meeting in rows])],
        url=reverse("admin:meetings_meeting_changelist"),
    )
