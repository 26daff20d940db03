"""From the council's word to an active membership (R1, R3)."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc

from alliance.common.audit import record
from alliance.common.documents import verifiable
from alliance.common.exceptions import DomainError
from alliance.common.locking import lock
from alliance.common.models import Organisation, VerifiableDocument
from alliance.common.numbering import next_number
from alliance.common.transitions import move
from members import mails
from members.enums import MEMBERSHIP_OPEN, ApplicationStatus, MembershipStatus, PersonRole
from members.models import Affiliation, Application, Institution, Membership, MembershipTier, Person, Tier
from members.services.accounts import ensure_user

ORDINARY = "ordinary"
CERTIFICATE = "membership-certificate"


@transaction.atomic
def approve_application(application: Application, *, actor: Any = None, source: str = "", on: dt.date) -> Membership:
    """The council has approved: make the membership, which waits for payment, with the ordinary tier and the people of the form.

    Called again it returns the same membership. Raises InvalidTransition when no ballot was open.
    """
    lock(application)
    existing = Membership.objects.filter(application=application).first()
    if existing:
        return existing
    if Membership.objects.filter(institution=application.institution_id, status__in=MEMBERSHIP_OPEN).exists():
        raise DomainError(_("This institution is already a member of the alliance."))
    move(application, to=ApplicationStatus.APPROVED)
    institution = application.institution
    assert institution is not None  # the screening passes none on without
    membership = Membership.objects.create(institution=institution, application=application, approved_on=on)
    tier, _made = Tier.objects.get_or_create(code=ORDINARY, defaults={"name": "普通联盟单位"})
    MembershipTier.objects.create(membership=membership, tier=tier, from_year=on.year)
    _take_over_people(application, on)
    record("application.approved", application, membership, institution, actor=actor, source=source)
    record("membership.created", membership, institution, actor=actor, source=source)
    mails.application_approved(application)
    return membership


@transaction.atomic
def decline_by_council(application: Application, *, actor: Any = None, source: str = "", reason: str) -> Application:
    """The council has declined; the applicant is told. Raises InvalidTransition."""
    lock(application)
    move(application, to=ApplicationStatus.DECLINED, decision_reason=reason)
    record("application.declined", application, actor=actor, source=source, reason=reason)
    mails.application_declined(application)
    return application


@transaction.atomic
def activate_membership(membership: Membership, *, actor: Any = None, source: str = "", on: dt.date) -> Membership:
    """The joining fees are paid: give the member number 2026-036, the certificate and the welcome; the application is admitted.

    Called again it changes nothing. Raises InvalidTransition for a membership that has ended.
    """
    lock(membership)
    if membership.status in {MembershipStatus.ACTIVE, MembershipStatus.SUSPENDED}:
        return membership
    # Under the counter's lock the whole run of one year is known, so the number is free for ever: numbers of imported members count too.
    number = f"{on.year}-{next_number('member', on.year):03d}"
    while Membership.objects.filter(number=number).exists():
        number = f"{on.year}-{next_number('member', on.year):03d}"
    move(membership, to=MembershipStatus.ACTIVE, number=number, joined_on=on)
    record("membership.activated", membership, membership.institution, *_application(membership), actor=actor, source=source, number=number)
    if membership.application is not None:
        application = lock(membership.application)
        move(application, to=ApplicationStatus.ADMITTED)
        record("application.admitted", application, membership, actor=actor, source=source)
        _take_over_credit_code(application)
    issue_certificate(membership, actor=actor, source=source)
    mails.welcome(membership)
    return membership


def issue_certificate(membership: Membership, *, actor: Any = None, source: str = "") -> VerifiableDocument:
    """The certificate of membership, verifiable by anybody; made once for a membership."""
    return verifiable(
        membership,
        kind=CERTIFICATE,
        title=f"{Organisation.load().name}成员单位证书",
        facts=[("成员单位", membership.institution.name), ("成员编号", membership.number), ("加入日期", membership.joined_on)],
        actor=actor,
        source=source,
    )


def _application(membership: Membership) -> list[Application]:
    return [membership.application] if membership.application is not None else []


def _take_over_people(application: Application, on: dt.date) -> None:
    """The head, the liaison (who can sign in) and the finance contact of the form become people of the institution."""
    people = [
        (PersonRole.HEAD, application.head_name, application.head_post, "", application.head_email),
        (PersonRole.LIAISON, application.liaison_name, application.liaison_post, application.liaison_mobile, application.liaison_email),
        (PersonRole.FINANCE, application.finance_name, str(_("Finance contact")), application.finance_phone, application.finance_email),
    ]
    for role, name, post, mobile, email in people:
        if not name:
            continue
        person = _find_or_make_person(application, name=name, post=post, mobile=mobile, email=email.lower())
        if role == PersonRole.LIAISON and person.user_id is None:
            user = ensure_user(email, name=name)
            if not Person.objects.filter(user=user).exists():
                person.user = user
                person.save(update_fields=["user", "updated_at"])
        Affiliation.objects.get_or_create(person=person, institution=application.institution, role=role, until=None, defaults={"since": on})


def _take_over_credit_code(application: Application) -> None:
    """The taxpayer number of a fapiao in the university's own name is its credit code; what the register has already stays."""
    institution, code = application.institution, application.invoice_tax_number
    if institution is None or institution.credit_code or application.invoice_title != institution.name or not uscc.is_valid(code):
        return
    if not Institution.objects.filter(credit_code=code).exists():
        institution.credit_code = code
        institution.save(update_fields=["credit_code", "updated_at"])


def _find_or_make_person(application: Application, *, name: str, post: str, mobile: str, email: str) -> Person:
    """Somebody of this name and address whom we know at this institution, or a new person; never one of another unit."""
    known = Person.objects.filter(affiliations__institution=application.institution, name=name, email=email).first() if email else None
    return known or Person.objects.create(name=name, post=post, mobile=mobile, email=email, department=application.department)
