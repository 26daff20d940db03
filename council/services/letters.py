"""What would be written to whom if a motion passed or failed: shown before the close without counting anything."""

from django.db import transaction

from alliance.common.clock import database_now
from alliance.common.locking import lock
from alliance.common.models import OutboxMessage
from alliance.common.transitions import move
from council.enums import BallotStatus, Outcome
from council.models import Ballot, Result
from council.services.carrying_out import carry_out
from members.models import User


def letters_if(ballot: Ballot, outcome: Outcome, *, actor: User) -> list[OutboxMessage]:
    """The mails that go out if every motion of this open ballot has this outcome, one for each recipient and text.

    The step is carried out with made-up results, looked at and rolled back as a whole: no vote is counted, no number is used up, and
    whoever looks learns nothing of how the vote stands.
    """
    with transaction.atomic():
        last = OutboxMessage.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        trial = lock(Ballot.objects.get(pk=ballot.pk))
        if trial.status == BallotStatus.OPEN:
            move(trial, to=BallotStatus.CLOSED, closed_at=database_now())
            motions = trial.motions.select_related("application__institution", "departure__membership__institution", "membership", "tier")
            for motion in motions:
                motion.ballot = trial
                counts = {"seats": 0, "recused": 0, "votes_for": 0, "votes_against": 0, "abstentions": 0}
                carry_out(Result.objects.create(motion=motion, outcome=outcome, rule_text="", **counts), actor=actor, source="")
        queued = list(OutboxMessage.objects.filter(pk__gt=last).order_by("pk"))
        transaction.set_rollback(True)
    return queued
