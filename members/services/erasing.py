"""Where a person is named besides their own record: applications, what was sent in each round, mails, invitations, the log, the account.

All of it in the caller's transaction. What stays, and why, stands in docs/members.md.
"""

import json
from typing import Any

import pgtrigger
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Q, Value
from django.db.models.functions import Replace

from alliance.common.models import LogEntry, LogSubject, OutboxMessage
from alliance.common.models.outbox import OutboxAttachment, OutboxState
from members.models import Application, Invitation, Person, PrintedForm, User

ERASED = "已删除"
NOWHERE = "erased-{pk}@invalid"
# A part of the form that is about one person; the first field is the name, `email` says whose part it is.
ROLES: dict[str, tuple[str, ...]] = {
    "head_email": ("head_name", "head_post", "head_email"),
    "liaison_email": ("liaison_name", "liaison_post", "liaison_mobile", "liaison_email"),
    "finance_email": ("finance_name", "finance_phone", "finance_email"),
    "invoice_email": ("invoice_email",),
}
GONE = (OutboxState.SENT, OutboxState.FAILED, OutboxState.UNKNOWN)


def addresses_of(person: Person) -> set[str]:
    """The addresses by which a person is known, in lower case."""
    return {address.lower() for address in (person.email, person.user.email if person.user else "") if address}


def named_in(addresses: set[str]) -> Q:
    """Applications that name one of the addresses as head, liaison, finance or invoice contact, or were begun by it."""
    wanted = Q(applicant__email__in=addresses)
    for email in ROLES:
        for address in addresses:
            wanted |= Q(**{f"{email}__iexact": address})
    return wanted


def forget_in_applications(addresses: set[str]) -> list[Application]:
    """Take the parts that are about these addresses out of applications, their versions, submissions and prints. Returns the applications."""
    touched = list(Application.objects.filter(named_in(addresses)))
    known = sorted(addresses)
    with pgtrigger.ignore("members.ApplicationEvent:append_only", "members.Submission:append_only"), connection.cursor() as cursor:
        for email, fields in ROLES.items():
            blanks = {name: ERASED if name.endswith("_name") else "" for name in fields}
            assignments = ", ".join(f"{name} = %s" for name in blanks)
            for table in ("members_application", "members_applicationevent"):
                cursor.execute(f"UPDATE {table} SET {assignments} WHERE lower({email}) = ANY(%s)", [*blanks.values(), known])
            cursor.execute(
                f"UPDATE members_submission SET snapshot = snapshot || %s::jsonb WHERE lower(snapshot->>'{email}') = ANY(%s)", [json.dumps(blanks), known]
            )
            for address in known:
                PrintedForm.objects.filter(**{f"snapshot__{email}__iexact": address}).delete()
    return touched


def forget_in_mails(addresses: set[str]) -> None:
    """Mails to the person keep only that and when they went; in mails to others the address is blotted out. What is on its way is left alone."""
    for message in OutboxMessage.objects.filter(recipient__in=addresses, state__in=GONE):
        OutboxAttachment.objects.filter(message=message).delete()
        blank = {"subject": ERASED, "body_text": ERASED, "body_html": "", "reply_to": "", "last_error": ""}
        OutboxMessage.objects.filter(pk=message.pk).update(recipient=NOWHERE.format(pk=message.pk), **blank)
    for address in addresses:
        for field in ("subject", "body_text", "body_html"):
            named = OutboxMessage.objects.filter(**{f"{field}__contains": address}, state__in=GONE)
            named.update(**{field: Replace(field, Value(address), Value(ERASED))})


def forget_thread(application: Application) -> None:
    """The messages and notes of an application, and the mails that carried them, keep only that they were written and when."""
    with pgtrigger.ignore("members.ApplicationMessage:append_only"):
        application.messages.update(text=ERASED)
    carried = OutboxMessage.objects.filter(template="members/mail/message", body_text__contains=application.reference, state__in=GONE)
    carried.update(body_text=ERASED, body_html="")


def forget_invitations(addresses: set[str]) -> None:
    """Invitations to the person."""
    held = list(Invitation.objects.filter(email__in=addresses).values_list("pk", flat=True))
    if not held:
        return
    Invitation.objects.filter(pk__in=held).update(email=NOWHERE.format(pk=0), name=ERASED)
    with pgtrigger.ignore("members.InvitationEvent:append_only"), connection.cursor() as cursor:
        cursor.execute("UPDATE members_invitationevent SET email = %s, name = %s WHERE pgh_obj_id = ANY(%s)", [NOWHERE.format(pk=0), ERASED, held])


def forget_in_log(person: Person, values: set[str]) -> None:
    """What the log says by name about the person's record and what belongs to it; that it happened, and when, stays."""
    about = Q(content_type=ContentType.objects.get_for_model(Person), object_id=str(person.pk))
    for relation in Person._meta.related_objects:
        model: Any = relation.related_model
        if model.__name__.endswith("Event") or relation.field.name == "merged_into":
            continue
        keys = [str(pk) for pk in model._base_manager.filter(**{relation.field.name: person}).values_list("pk", flat=True)]
        about |= Q(content_type=ContentType.objects.get_for_model(model), object_id__in=keys)
    entries = list(LogSubject.objects.filter(about).values_list("entry_id", flat=True))
    if person.user_id:
        entries += LogEntry.objects.filter(actor=person.user_id).values_list("pk", flat=True)
    with pgtrigger.ignore("common.LogEntry:append_only"), connection.cursor() as cursor:
        for value in values:
            # As a whole value of the JSON, never as a part of one, nor as a key.
            old, new = f": {json.dumps(value, ensure_ascii=False)}", f": {json.dumps(ERASED, ensure_ascii=False)}"
            cursor.execute("UPDATE common_logentry SET data = replace(data::text, %s, %s)::jsonb WHERE id = ANY(%s)", [old, new, entries])


def forget_account(user: User) -> None:
    """An account of somebody who is not staff: no name, no address, no way in. The row stays, since what it did points to it."""
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    UserSession.objects.filter(user=user).delete()
    user.email, user.name, user.is_active = NOWHERE.format(pk=user.pk), ERASED, False
    user.set_unusable_password()
    user.save()
