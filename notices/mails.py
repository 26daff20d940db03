"""Messages about official notices."""

import secrets
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.common.models import OutboxMessage
from alliance.common.models.outbox import Priority
from alliance.common.outbox import made, queue
from members.models import Institution, Person, User
from notices.enums import Purpose
from notices.gongwen.fields import fill
from notices.models import MailChoice, Notice, Recipient
from notices.selectors.field_values import field_values, general_values

TEMPLATES = {
    Purpose.NOTICE: "notices/mail/notice_issued",
    Purpose.REMINDER: "notices/mail/notice_reminder",
    Purpose.WITHDRAWAL: "notices/mail/notice_withdrawn",
}


def release_mail(recipient: Recipient, *, personal: bool) -> OutboxMessage:
    """The mail of a mailing to one recipient, with the PDF; `personal`: the PDF says something of its own to each unit.

    Official ones say why they are sent; voluntary ones carry the way to decline them.
    """
    release = recipient.release
    notice = release.notice
    context = _context(notice, recipient.institution, recipient.person, release.words) | {
        "link": settings.SITE_URL + reverse("notices:personal", args=[recipient.token]),
        "why": recipient.why,
        "unsubscribe": unsubscribe_link(recipient.person) if release.is_voluntary and recipient.person else "",
    }
    argument = f"{notice.pk}:{recipient.institution_id or ''}:{recipient.person_id or ''}" if personal else str(notice.pk)
    attachments = [] if release.purpose == Purpose.WITHDRAWAL else [made(f"{notice.number}.pdf", "application/pdf", "notices.pdf", argument)]
    return queue(
        TEMPLATES[Purpose(release.purpose)],
        to=recipient.email,
        cause=notice,
        key=f"release:{release.pk}",
        subjects=[one for one in (release, recipient.institution) if one],
        context=context,
        attachments=attachments,
        priority=Priority.BULK,
        unsubscribe_url=context["unsubscribe"],
    )


def _context(notice: Notice, institution: Institution | None, person: Person | None, words: str) -> dict[str, Any]:
    values = field_values(institution, person) if institution else general_values()
    return {"notice": notice, "person": person, "institution": institution, "title": fill(notice.title, values), "words": fill(words, values)}


def test_mail(notice: Notice, *, actor: User, words: str, institution: Institution | None, person: Person | None) -> OutboxMessage:
    """The same to oneself, as `person` of `institution` would get it; its link is the notice's own page."""
    context = _context(notice, institution, person, words)
    link = settings.SITE_URL + (notice.get_absolute_url() if notice.number else reverse("admin:notices_notice_change", args=[notice.pk]))
    return queue(
        TEMPLATES[Purpose.NOTICE],
        to=actor.email,
        cause=notice,
        key=f"release-test:{notice.pk}:{secrets.token_hex(8)}",
        context=context | {"link": link, "why": _("test"), "unsubscribe": "", "is_test": True},
        attachments=[made(f"{notice.number or notice.pk}.pdf", "application/pdf", "notices.pdf", f"{notice.pk}:{institution.pk if institution else ''}:")],
    )


def choice_of(person: Person) -> MailChoice:
    """How the person wants to be written to; made when there is none yet."""
    return MailChoice.objects.get_or_create(person=person, defaults={"token": secrets.token_urlsafe(18)})[0]


def unsubscribe_link(person: Person) -> str:
    """Where the person declines voluntary mails, without signing in."""
    return settings.SITE_URL + reverse("notices:choice", args=[choice_of(person).token])


def digest_mail(person: Person, recipients: list[Recipient], *, day: str) -> OutboxMessage:
    """One mail a day instead of several: the notices with their links, each to its personal page."""
    rows = [
        {"notice": row.release.notice, "title": fill(row.release.notice.title), "link": settings.SITE_URL + reverse("notices:personal", args=[row.token])}
        for row in recipients
    ]
    return queue(
        "notices/mail/digest",
        to=recipients[0].email,
        cause=person,
        key=f"digest:{person.pk}:{day}",
        subjects=[row.release.notice for row in recipients],
        context={"person": person, "rows": rows, "choice": unsubscribe_link(person), "unsubscribe": unsubscribe_link(person)},
    )
