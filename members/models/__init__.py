"""Tables of members."""

from members.models.application import Application, ApplicationEditor, CorrectionPoint, PrintedForm, Submission
from members.models.departure import Departure
from members.models.institution import Institution, InstitutionAlias
from members.models.membership import Membership, MembershipTier, Suspension, Tier
from members.models.person import Affiliation, Person, in_force
from members.models.questions import Answer, ConsentText, Question, RecruitmentRound
from members.models.screening import ApplicationMessage, ChecklistItem, ChecklistMark, ReasonTemplate
from members.models.upkeep import DataCheck, DataCheckAnswer, Invitation
from members.models.user import StaffRole, User

__all__ = [
    "Affiliation",
    "Answer",
    "Application",
    "ApplicationEditor",
    "ApplicationMessage",
    "ChecklistItem",
    "ChecklistMark",
    "ConsentText",
    "CorrectionPoint",
    "DataCheck",
    "DataCheckAnswer",
    "Departure",
    "Institution",
    "InstitutionAlias",
    "Invitation",
    "Membership",
    "MembershipTier",
    "Person",
    "PrintedForm",
    "Question",
    "ReasonTemplate",
    "RecruitmentRound",
    "StaffRole",
    "Submission",
    "Suspension",
    "Tier",
    "User",
    "in_force",
]
