"""Tables of the council."""

from council.models.ballot import Ballot, Motion
from council.models.body import Body, Procedure, Seat
from council.models.electorate import Elector, Recusal
from council.models.proxy import MotionComment, Proxy
from council.models.secret import Paper, Participation
from council.models.vote import Result, Vote

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
