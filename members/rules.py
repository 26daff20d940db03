"""Who may do what with members, and what staff may do on the ground floor, which knows no roles."""

from typing import Any

import rules

from alliance.common.clock import today
from alliance.common.permissions import is_signed_in, staff_model_perms
from members.enums import WITH_APPLICANT, ApplicationStatus, PersonRole, Role
from members.models import Affiliation, Application, Institution, in_force


@rules.predicate
def is_secretariat(user: Any) -> bool:
    """Holds the role of the secretariat."""
    return user.is_authenticated and user.is_active and Role.SECRETARIAT in user.roles


@rules.predicate
def is_finance(user: Any) -> bool:
    """Holds the role of finance."""
    return user.is_authenticated and user.is_active and Role.FINANCE in user.roles


is_staff_member = is_secretariat | is_finance


def liaison_institution_ids(user: Any) -> frozenset[int]:
    """The institutions for which the user's person is liaison today; asked once per user object."""
    if not user.is_authenticated:
        return frozenset()
    if not hasattr(user, "_liaison_institutions"):
        found = Affiliation.objects.filter(in_force(today()), person__user=user, role=PersonRole.LIAISON)
        user._liaison_institutions = frozenset(found.values_list("institution_id", flat=True))
    return user._liaison_institutions


@rules.predicate
def is_liaison(user: Any) -> bool:
    """Is liaison of some unit."""
    return bool(liaison_institution_ids(user))


@rules.predicate
def is_liaison_of(user: Any, institution: Institution | None) -> bool:
    """Is liaison of this unit."""
    return institution is not None and institution.pk in liaison_institution_ids(user)


@rules.predicate
def is_own_application(user: Any, application: Application | None) -> bool:
    """Works on this application."""
    if application is None or not user.is_authenticated:
        return False
    return application.applicant_id == user.pk or application.editors.filter(user=user).exists()


@rules.predicate
def is_with_applicant(user: Any, application: Application | None) -> bool:
    """It is the applicant's turn."""
    return application is not None and application.status in WITH_APPLICANT


@rules.predicate
def can_still_withdraw(user: Any, application: Application | None) -> bool:
    """Before the vote begins, the applicant can take it back."""
    states = {ApplicationStatus.DRAFT, ApplicationStatus.SUBMITTED, ApplicationStatus.RETURNED, ApplicationStatus.SCREENED}
    return application is not None and application.status in states


# From here on the secretariat has looked at the unit's seal: who applies speaks for the unit.
SEAL_SEEN = {ApplicationStatus.SCREENED, ApplicationStatus.BALLOTED, ApplicationStatus.APPROVED, ApplicationStatus.ADMITTED}


@rules.predicate
def may_know_its_past(user: Any, institution: Institution | None) -> bool:
    """What a unit still owes from an earlier membership: for who was its liaison, head or finance contact, and for who applies for it once its seal was seen."""
    if institution is None or not user.is_authenticated:
        return False
    roles = (PersonRole.LIAISON, PersonRole.HEAD, PersonRole.FINANCE)
    held = Affiliation.objects.filter(person__user=user, institution=institution, role__in=roles)
    return held.exists() or Application.objects.filter(editors__user=user, institution=institution, status__in=SEAL_SEEN).exists()


rules.add_perm("members.know_past_of_unit", may_know_its_past)
rules.add_perm("members.start_application", is_signed_in)
rules.add_perm("members.view_own_application", is_own_application)
rules.add_perm("members.edit_application", is_own_application & is_with_applicant)
rules.add_perm("members.withdraw_application", is_own_application & can_still_withdraw)
rules.add_perm("members.read_application_files", is_own_application | is_staff_member)
rules.add_perm("members.screen_application", is_secretariat)
rules.add_perm("members.import_institutions", is_secretariat)
rules.add_perm("members.enter_portal", is_liaison)
rules.add_perm("members.manage_unit", is_liaison_of)

staff_model_perms("members", "institution", view=is_staff_member, add=is_secretariat, change=is_secretariat)
staff_model_perms("members", "institutionalias", view=is_staff_member, add=is_secretariat, change=is_secretariat, delete=is_secretariat)
staff_model_perms("members", "person", view=is_staff_member, add=is_secretariat, change=is_secretariat)
staff_model_perms("members", "affiliation", view=is_staff_member, add=is_secretariat, change=is_secretariat)
staff_model_perms("members", "tier", view=is_staff_member, add=is_secretariat, change=is_secretariat)
staff_model_perms("members", "membership", view=is_staff_member)
staff_model_perms("members", "membershiptier", view=is_staff_member, add=is_secretariat)
staff_model_perms("members", "application", view=is_staff_member)
staff_model_perms("members", "submission", view=is_staff_member)
staff_model_perms("members", "correctionpoint", view=is_staff_member)
staff_model_perms("members", "user", view=is_secretariat, add=is_secretariat, change=is_secretariat)
staff_model_perms("members", "staffrole", view=is_secretariat, add=is_secretariat, delete=is_secretariat)

rules.add_perm("common.enter_admin", is_staff_member)
rules.add_perm("common.read_mailbox", is_staff_member)
rules.add_perm("common.resend_mail", is_secretariat | is_finance)
staff_model_perms("common", "mailsettings", view=is_staff_member, change=is_secretariat)
staff_model_perms("common", "domainrate", view=is_staff_member, add=is_secretariat, change=is_secretariat, delete=is_secretariat)
staff_model_perms("common", "bounce", view=is_staff_member)
staff_model_perms("common", "robot", view=is_secretariat, add=is_secretariat, change=is_secretariat, delete=is_secretariat)
staff_model_perms("common", "robotpost", view=is_secretariat)
staff_model_perms("common", "scheduleentry", view=is_staff_member, change=is_secretariat)
staff_model_perms("common", "taskrun", view=is_staff_member)
rules.add_perm("common.run_task", is_secretariat)
staff_model_perms("common", "mailtextversion", view=is_staff_member, change=is_secretariat)
staff_model_perms("common", "organisation", view=is_staff_member, change=is_secretariat)
staff_model_perms("common", "outboxmessage", view=is_staff_member)
staff_model_perms("common", "logentry", view=is_staff_member)
staff_model_perms("common", "storedfile", view=is_staff_member)
staff_model_perms("common", "job", view=is_staff_member)
staff_model_perms("common", "verifiabledocument", view=is_staff_member)
rules.add_perm("common.revoke_document", is_secretariat)

rules.add_perm("members.import_sheets", is_secretariat)
rules.add_perm("members.manage_membership", is_secretariat)
rules.add_perm("members.merge_records", is_secretariat)
rules.add_perm("members.erase_person", is_secretariat)


@rules.predicate
def is_of_own_unit(user: Any, departure: Any) -> bool:
    """Is liaison of the unit that the departure is about."""
    return departure is not None and departure.membership.institution_id in liaison_institution_ids(user)


rules.add_perm("members.read_departure_letter", is_staff_member | is_of_own_unit)
staff_model_perms("members", "departure", view=is_staff_member)
staff_model_perms("members", "suspension", view=is_staff_member)
staff_model_perms("members", "datacheck", view=is_staff_member)
staff_model_perms("members", "datacheckanswer", view=is_staff_member)
staff_model_perms("members", "invitation", view=is_staff_member)
staff_model_perms("members", "recruitmentround", view=is_staff_member, add=is_secretariat, change=is_secretariat)
staff_model_perms("members", "question", view=is_staff_member, add=is_secretariat, change=is_secretariat)
staff_model_perms("members", "consenttext", view=is_staff_member, add=is_secretariat)
staff_model_perms("members", "printedform", view=is_staff_member)
staff_model_perms("members", "checklistitem", view=is_staff_member, add=is_secretariat, change=is_secretariat)
staff_model_perms("members", "reasontemplate", view=is_staff_member, add=is_secretariat, change=is_secretariat, delete=is_secretariat)
staff_model_perms("common", "calendarday", view=is_staff_member, add=is_secretariat, change=is_secretariat, delete=is_secretariat)
