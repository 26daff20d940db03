"""Tables of meetings."""

from meetings.models.allowance import AllowanceRule, UnitMeeting, UnitYear
from meetings.models.checkin import CheckIn
from meetings.models.feed import CalendarFeed
from meetings.models.feedback import FeedbackAnswer, FeedbackQuestion, FeedbackResponse
from meetings.models.material import Decision, Material, Minutes
from meetings.models.meeting import Meeting
from meetings.models.nomination import Nomination
from meetings.models.offer import Offer
from meetings.models.project import Project, ProjectReport
from meetings.models.question import MeetingQuestion, RegistrationAnswer
from meetings.models.registration import Registration
from meetings.models.request import PlaceRequest, RegistrationDraft, UnitLink
from meetings.models.session import Session, SessionPlace
from meetings.models.template import MeetingTemplate, TemplateOffer

__all__ = [
    "AllowanceRule",
    "CalendarFeed",
    "CheckIn",
    "Decision",
    "FeedbackAnswer",
    "FeedbackQuestion",
    "FeedbackResponse",
    "Material",
    "Meeting",
    "MeetingQuestion",
    "MeetingTemplate",
    "Minutes",
    "Nomination",
    "Offer",
    "PlaceRequest",
    "Project",
    "ProjectReport",
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
