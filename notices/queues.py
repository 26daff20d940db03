"""What of notices and consultations waits on the staff's start page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from notices.enums import ConsultationState, NoticeState, ReleaseState
from notices.models import Consultation, Notice, Release

QUEUES: list[dict[str, Any]] = [
    {
        "label": _("Official notices to review"),
        "permission": "notices.issue_notice",
        "order": 60,
        "count": lambda user: Notice.objects.filter(state=NoticeState.REVIEW).count(),
        "url": lambda: f"{reverse('admin:notices_notice_changelist')}?state__exact=review",
    },
    {
        "label": _("Consultations to answer"),
        "permission": "notices.write_notice",
        "order": 61,
        "count": lambda user: Consultation.objects.filter(state=ConsultationState.CLOSED).count(),
        "url": lambda: f"{reverse('admin:notices_consultation_changelist')}?state__exact=closed",
        "hint": _("Closed; the units' comments have no answer yet."),
    },
    {
        "label": _("Mailings that are paused"),
        "permission": "notices.issue_notice",
        "order": 62,
        "count": lambda user: Release.objects.filter(state=ReleaseState.PAUSED).count(),
        "url": lambda: f"{reverse('admin:notices_release_changelist')}?state__exact=paused",
    },
]
