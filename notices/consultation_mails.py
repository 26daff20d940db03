"""Messages about consultations, to the liaisons of the units that are asked."""

import datetime as dt

from django.conf import settings
from django.urls import reverse

from alliance.common.outbox import made, queue
from members.enums import PersonRole
from members.models import Institution
from members.selectors.memberships import contacts
from notices.models import Consultation


def asked(consultation: Consultation, institution: Institution) -> None:
    """The unit is asked."""
    _send("consultation_open", consultation, institution, key=f"consultation:{consultation.pk}:open")


def reminder(consultation: Consultation, institution: Institution, *, day: dt.date) -> None:
    """It has not answered yet; once a day at most for one closing time: with another one there is something new to say."""
    _send("consultation_reminder", consultation, institution, key=f"consultation:{consultation.pk}:reminder:{day}:{int(consultation.closes_at.timestamp())}")


def summary(consultation: Consultation, institution: Institution) -> None:
    """What came of it, with the summary as PDF."""
    _send("consultation_summary", consultation, institution, key=f"consultation:{consultation.pk}:summary", with_summary=True)


def _send(template: str, consultation: Consultation, institution: Institution, *, key: str, with_summary: bool = False) -> None:
    link = settings.SITE_URL + reverse("consultations:consultation", args=[consultation.pk])
    for person in contacts(institution, PersonRole.LIAISON):
        context = {"consultation": consultation, "institution": institution, "person": person, "link": link}
        attachments = [made("summary.pdf", "application/pdf", "notices.consultation", consultation.pk)] if with_summary else []
        queue(f"notices/mail/{template}", to=person.email, cause=consultation, key=key, subjects=[institution], context=context, attachments=attachments)
