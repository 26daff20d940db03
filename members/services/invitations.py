"""Asking somebody by e-mail to take a unit over, or to help with an application."""

import datetime as dt

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from alliance.common import clock
from alliance.common.audit import record
from alliance.common.exceptions import DomainError
from alliance.common.locking import advisory_lock, lock
from members import mails
from members.enums import WITH_APPLICANT, PersonRole
from members.models import Affiliation, Application, ApplicationEditor, Institution, Invitation, Person, User
from members.services.people import add_person, end_role
from members.services.signin_address import hand_account

VALID_DAYS = 14
SALT = "members.invitation"
MAX_OPEN = 10


class InvitationGone(DomainError):
    """Taken up, taken back or too old."""

    message = _("This invitation is not valid any more. Ask for a new one.")


class NotForYou(DomainError):
    """Another address was invited."""

    message = _("This invitation was sent to another address. Sign in with the address that received it.")


def subject_of(invitation: Invitation) -> Institution | Application:
    """What the invitation is to: a constraint says that it is one of the two."""
    subject = invitation.institution or invitation.application
    assert subject is not None
    return subject


def token_of(invitation: Invitation) -> str:
    """What the link carries; it says only which invitation, and proves that we made it."""
    return signing.dumps(invitation.pk, salt=SALT)


def invitation_of(token: str) -> Invitation:
    """The invitation of a link. Raises InvitationGone for a made-up link."""
    try:
        return Invitation.objects.select_related("institution", "application", "invited_by").get(pk=signing.loads(token, salt=SALT))
    except (signing.BadSignature, Invitation.DoesNotExist) as error:
        raise InvitationGone from error


@transaction.atomic
def invite_liaison(institution: Institution, *, email: str, name: str, hands_over: bool, actor: User) -> Invitation:
    """Ask somebody to be the unit's liaison; with `hands_over` the actor's own role ends when they accept. Raises DomainError when ten are open."""
    return _invite(email=email, name=name, actor=actor, institution=institution, hands_over=hands_over)


@transaction.atomic
def invite_editor(application: Application, *, email: str, name: str, actor: User) -> Invitation:
    """Ask a colleague to work on the application, too. Raises DomainError once it is submitted."""
    lock(application)
    if application.status not in WITH_APPLICANT:
        raise DomainError(_("The application has been submitted and cannot be changed now."))
    return _invite(email=email, name=name, actor=actor, application=application)


@transaction.atomic
def accept_invitation(invitation: Invitation, *, user: User) -> Invitation:
    """Take it up, as the person who signed in with the invited address. Raises InvitationGone, NotForYou, AccountBound."""
    if invitation.institution_id:
        advisory_lock(f"people:{invitation.institution_id}")
    lock(invitation)
    if invitation.email.lower() != user.email.lower():
        raise NotForYou
    if invitation.accepted_by_id == user.pk:
        return invitation
    if invitation.accepted_at or invitation.revoked_at or invitation.expires_at < clock.now():
        raise InvitationGone
    if invitation.application is not None:
        ApplicationEditor.objects.get_or_create(application=invitation.application, user=user)
    elif invitation.institution is not None:
        _become_liaison(invitation, invitation.institution, user)
    invitation.accepted_at, invitation.accepted_by = clock.now(), user
    invitation.save(update_fields=["accepted_at", "accepted_by", "updated_at"])
    record("invitation.accepted", subject_of(invitation), actor=user, email=invitation.email)
    return invitation


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, actor: User) -> Invitation:
    """Take it back; nothing happens to one that was taken up."""
    lock(invitation)
    if invitation.accepted_at is None and invitation.revoked_at is None:
        invitation.revoked_at = clock.now()
        invitation.save(update_fields=["revoked_at", "updated_at"])
        record("invitation.revoked", subject_of(invitation), actor=actor, email=invitation.email)
    return invitation


def _invite(
    *, email: str, name: str, actor: User, institution: Institution | None = None, application: Application | None = None, hands_over: bool = False
) -> Invitation:
    subject = institution or application
    advisory_lock(f"invite:{type(subject).__name__}:{subject.pk if subject else 0}")
    open_ones = Invitation.objects.filter(institution=institution, application=application, accepted_at=None, revoked_at=None, expires_at__gt=clock.now())
    if open_ones.count() >= MAX_OPEN:
        raise DomainError(_("Ten invitations are open already. Take one back first."))
    address = User.objects.normalize_email(email)
    open_ones.filter(email=address).update(revoked_at=clock.now())
    invitation = Invitation.objects.create(
        institution=institution, application=application, email=address, name=name, hands_over=hands_over, invited_by=actor,
        expires_at=clock.now() + dt.timedelta(days=VALID_DAYS),
    )  # fmt: skip
    record("invitation.sent", subject_of(invitation), actor=actor, email=address)
    mails.invitation(invitation, token_of(invitation))
    return invitation


def _become_liaison(invitation: Invitation, institution: Institution, user: User) -> None:
    person = Person.objects.filter(user=user).first()
    if person is None:
        made = add_person(institution, name=invitation.name, email=user.email, role=PersonRole.LIAISON, actor=user)
        # The unit knows this name and address, perhaps with an account of an older address: who accepts has just proved the address.
        hand_account(made, to=user, actor=user)
    else:
        Affiliation.objects.get_or_create(person=person, institution=institution, role=PersonRole.LIAISON, until=None, defaults={"since": clock.today()})
        record("person.added", institution, person, actor=user, name=person.name, role=str(PersonRole.LIAISON))
    if invitation.hands_over:
        own = institution.affiliations.filter(person__user=invitation.invited_by, role=PersonRole.LIAISON, until=None).first()
        if own is not None and own.person.user_id != user.pk:
            end_role(own, actor=user)
