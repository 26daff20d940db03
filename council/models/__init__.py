"""Tables of the council."""

from council.models.ballot import Ballot, Elector, Motion, Recusal, Result, Vote
from council.models.body import Body, Procedure, Seat

__all__ = ["Ballot", "Body", "Elector", "Motion", "Procedure", "Recusal", "Result", "Seat", "Vote"]
