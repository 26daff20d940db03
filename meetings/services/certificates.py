"""The certificate of attendance: made when the meeting is closed, verifiable by anybody, revoked with the attendance."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.common.clock import BEIJING, local_date
from alliance.common.documents import revoke, verifiable
from alliance.common.models import Organisation, VerifiableDocument
from meetings.models import Meeting, Registration
from meetings.selectors.certificates import KIND, certificate_for


def issue_certificate(registration: Registration, *, actor: Any = None, source: str = "") -> VerifiableDocument:
    """The certificate of one who attended; made once for a place."""
    meeting = registration.meeting
    return verifiable(
        registration,
        kind=KIND,
        title=f"{Organisation.load().name}参会证明",
        facts=[
            ("姓名", registration.person.name), ("单位", registration.institution.name), ("会议", meeting.title), ("时间", when(meeting)), ("地点", meeting.place),
        ],
        actor=actor,
        source=source,
    )  # fmt: skip


@transaction.atomic
def revoke_certificate(registration: Registration, *, actor: Any) -> None:
    """Somebody who was not there has no certificate; without one nothing happens."""
    document = certificate_for(registration)
    if document is not None:
        revoke(document, actor=actor, reason=_("The attendance was recorded by mistake."))


def when(meeting: Meeting) -> str:
    """The meeting's days in Beijing, as documents say them: 2026年3月20日, or from … to …."""
    first, last = local_date(meeting.starts_at), local_date(meeting.ends_at)
    begin = meeting.starts_at.astimezone(BEIJING)
    text = f"{begin.year}年{begin.month}月{begin.day}日"
    return text if first == last else f"{text}至{last.year}年{last.month}月{last.day}日"
