"""Badges, sign-in sheets and certificates for everybody, made in the background and kept with the meeting."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.exceptions import DomainError
from alliance.common.files import ARCHIVES, PDF, store
from alliance.common.jobs import job_kind, label_summary, report_progress, start_job
from alliance.common.models import Job
from meetings.documents.bundles import certificates_zip
from meetings.documents.personal import certificates
from meetings.documents.prints import badges, sign_in_sheet
from meetings.enums import Print, PrintOrder, RegistrationStatus
from meetings.models import Meeting, Registration
from meetings.selectors.figures import in_order, placed
from meetings.selectors.prints import purpose_of, standing_prints
from members.models import User

KIND = "meetings.print"


class NobodyToPrint(DomainError):
    """An empty sheet helps nobody."""

    message = _("Nobody has a place yet, or nobody has a certificate: there is nothing to print.")


@transaction.atomic
def start_print(meeting: Meeting, what: str, *, actor: User, size: str = "", order: str = PrintOrder.UNIT) -> Job:
    """Begin to make a document for everybody who has a place (certificates: who attended). Raises NobodyToPrint."""
    people = placed(meeting)
    if what in {Print.CERTIFICATES, Print.BY_UNIT}:
        people = people.filter(status=RegistrationStatus.ATTENDED)
    if not people.exists():
        raise NobodyToPrint
    record("meeting.printed", meeting, actor=actor, what=str(what))
    return start_job(KIND, actor=actor, params={"meeting": meeting.pk, "what": str(what), "size": str(size), "order": str(order)})


@job_kind(KIND, label=_("Printing for a meeting"))
def make_print(job: Job) -> None:
    """Make the file; it replaces the last one of its kind, so that nobody takes an old list to the door."""
    meeting = Meeting.objects.get(pk=job.params["meeting"])
    what, order = job.params["what"], job.params["order"]
    people = in_order(list(placed(meeting)), order)
    report_progress(job, 0, len(people))
    content = _content(job, meeting, people)
    old = list(standing_prints(meeting, what))
    name = f"{meeting.title} {Print(what).label}.{'zip' if what == Print.BY_UNIT else 'pdf'}"
    store(content, name=name, owner=meeting, purpose=purpose_of(what), actor=job.started_by, allowed=PDF | ARCHIVES)
    for stored in old:
        stored.content.delete(save=False)
        stored.delete()
    job.done = job.total = len(people)
    job.summary = {"people": len(people)}
    job.message = str(_("The file lies with the meeting, under “Printed”."))


def _content(job: Job, meeting: Meeting, people: list[Registration]) -> bytes:
    what, order = job.params["what"], job.params["order"]
    if what == Print.BADGES:
        return badges(meeting, people, size=job.params["size"], order=order)
    if what == Print.SIGN_IN:
        return sign_in_sheet(meeting, people, order=order)
    there = [p for p in people if p.status == RegistrationStatus.ATTENDED]
    if what == Print.CERTIFICATES:
        return certificates(there)
    return certificates_zip(there, folders=True, progress=lambda done: report_progress(job, done, len(there)))


label_summary({"people": _("people")})
