"""Tables of meetings."""

from meetings.models.allowance import AllowanceRule, UnitMeeting, UnitYear
from meetings.models.checkin import CheckIn
from meetings.models.feed import CalendarFeed
from meetings.models.feedback import FeedbackAnswer, FeedbackQuestion, FeedbackResponse
from meetings.models.material import Decision, Material, Minutes
from meetings.models.meeting import Meeting, Offer
from meetings.models.project import Project, ProjectReport
from meetings.models.registration import Registration
from meetings.models.session import Session

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
    "Minutes",
    "Offer",
    "Project",
    "ProjectReport",
    "Registration",
    "Session",
    "UnitMeeting",
    "UnitYear",
]
