"""Tables of the council."""

from council.models.ballot import Ballot, Motion
from council.models.body import Body, Procedure, Seat
from council.models.electorate import Elector, Recusal
from council.models.feed import DeadlineFeed
from council.models.proxy import MotionComment, Proxy, RevokedProxy
from council.models.secret import Paper, Participation
from council.models.vote import Result, Vote

__all__ = [
    "Ballot",
    "Body",
    "DeadlineFeed",
    "Elector",
    "Motion",
    "MotionComment",
    "Paper",
    "Participation",
    "Procedure",
    "Proxy",
    "Recusal",
    "Result",
    "RevokedProxy",
    "Seat",
    "Vote",
]
