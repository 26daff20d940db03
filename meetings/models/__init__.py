"""Tables of meetings."""

from meetings.models.allowance import AllowanceRule, UnitMeeting, UnitYear
from meetings.models.meeting import Meeting, Offer
from meetings.models.registration import Registration
from meetings.models.session import Session

__all__ = ["AllowanceRule", "Meeting", "Offer", "Registration", "Session", "UnitMeeting", "UnitYear"]
