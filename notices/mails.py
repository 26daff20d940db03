"""Messages about official notices."""

from django.conf import settings

from alliance.common.outbox import made, queue
from members.models import Institution, Person
from notices.models import Notice


def notice_issued(notice: Notice, institution: Institution, person: Person) -> None:
    """A notice for the unit, with its PDF. It is official: it says why it is sent and needs no way to unsubscribe."""
    queue(
        "notices/mail/notice_issued",
        to=person.email,
        cause=notice,
        subjects=[institution],
        context={"notice": notice, "person": person, "institution": institution, "link": settings.SITE_URL + notice.get_absolute_url()},
        attachments=[made(f"{notice.number}.pdf", "application/pdf", "notices.pdf", notice.pk)],
    )
