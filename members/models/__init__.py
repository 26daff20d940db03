"""Tables of members."""

from members.models.application import Application, ApplicationEditor, CorrectionPoint, Submission
from members.models.institution import Institution, InstitutionAlias
from members.models.membership import Membership, MembershipTier, Tier
from members.models.person import Affiliation, Person
from members.models.user import StaffRole, User

__all__ = [
    "Affiliation",
    "Application",
    "ApplicationEditor",
    "CorrectionPoint",
    "Institution",
    "InstitutionAlias",
    "Membership",
    "MembershipTier",
    "Person",
    "StaffRole",
    "Submission",
    "Tier",
    "User",
]
