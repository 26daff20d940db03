"""Tables of meetings."""

from meetings.models.allowance import AllowanceRule, UnitMeeting, UnitYear
from meetings.models.meeting import Meeting
from meetings.models.nomination import Nomination
from meetings.models.offer import Offer
from meetings.models.question import MeetingQuestion, RegistrationAnswer
from meetings.models.registration import Registration
from meetings.models.request import PlaceRequest, RegistrationDraft, UnitLink
from meetings.models.session import Session, SessionPlace
from meetings.models.template import MeetingTemplate, TemplateOffer

__all__ = [
    "AllowanceRule",
    "Meeting",
    "MeetingQuestion",
    "MeetingTemplate",
    "Nomination",
    "Offer",
    "PlaceRequest",
    "Registration",
    "RegistrationAnswer",
    "RegistrationDraft",
    "Session",
    "SessionPlace",
    "TemplateOffer",
    "UnitLink",
    "UnitMeeting",
    "UnitYear",
]
