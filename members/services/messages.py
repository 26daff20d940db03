"""Messages between applicant and secretariat, and notes among staff."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.exceptions import DomainError
from alliance.common.models import Organisation
from members import mails
from members.models import Application, ApplicationMessage, User


class EmptyMessage(DomainError):
    """Nothing was written."""

    message = _("Write something first.")
    field = "text"


@transaction.atomic
def send_message(application: Application, *, author: User, text: str, from_staff: bool) -> ApplicationMessage:
    """One message of the application's thread; the other side gets it by mail. Raises EmptyMessage."""
    message = _keep(application, author, text, from_staff=from_staff)
    record("application.message_sent", application, actor=author)
    if from_staff:
        mails.message_to_applicant(message)
    else:
        mails.message_to_screener(message, application.screener.email if application.screener else Organisation.load().secretariat_email)
    return message


@transaction.atomic
def add_note(application: Application, *, author: User, text: str) -> ApplicationMessage:
    """A note that only staff see. Raises EmptyMessage."""
    note = _keep(application, author, text, from_staff=True, internal=True)
    record("application.note_added", application, actor=author)
    return note


def _keep(application: Application, author: User, text: str, **values: bool) -> ApplicationMessage:
    cleaned = text.replace("\0", "").strip()
    if not cleaned:
        raise EmptyMessage
    return ApplicationMessage.objects.create(application=application, author=author, text=cleaned[:3000], **values)
