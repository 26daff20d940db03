"""Tables of the council."""

from council.models.ballot import Ballot, Elector, Motion, Recusal, Result, Vote
from council.models.body import Body, Procedure, Seat
from council.models.proxy import MotionComment, Proxy
from council.models.secret import Paper, Participation

__all__ = [
    "Ballot",
    "Body",
    "Elector",
    "Motion",
    "MotionComment",
    "Paper",
    "Participation",
    "Procedure",
    "Proxy",
    "Recusal",
    "Result",
    "Seat",
    "Vote",
]
