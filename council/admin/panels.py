"""What the panels of a ballot show to staff."""

from typing import Any

from alliance.common.clock import today
from council.enums import BallotStatus
from council.models import Ballot, Motion, Proxy, RevokedProxy
from council.roll import conflicts, voters
from council.selectors.electorate import cannot_sign_in, procedure_for
from council.selectors.tally import visible_result, visible_tally

PROXY = ("giver__institution", "holder__institution", "holder__person", "authority")


def ballot_panel(ballot: Ballot, reader: Any) -> dict[str, Any]:
    """Motions with what the reader may know of them; while it is open how many have voted; before that who will vote and who will be recused."""
    motions = list(ballot.motions.select_related("application__institution", "departure__membership", "membership", "previous__ballot", "result"))
    for motion in motions:
        motion.ballot = ballot
    return {
        "ballot": ballot,
        "rows": [{"motion": motion, "result": visible_result(motion, reader)} for motion in motions],
        "tally": visible_tally(ballot, reader) if ballot.status == BallotStatus.OPEN else None,
        "proxies": Proxy.objects.filter(giver__ballot=ballot).select_related(*PROXY, "recorded_by"),
        "revoked": RevokedProxy.objects.filter(giver__ballot=ballot).select_related(*PROXY, "revoked_by"),
        "forecast": _forecast(ballot, motions) if ballot.status == BallotStatus.DRAFT else None,
    }


def _forecast(ballot: Ballot, motions: list[Motion]) -> dict[str, Any]:
    """Electorate, quorum and recusals as they would be if the ballot opened now."""
    electorate = voters(ballot.body, today())
    rules = procedure_for(ballot.body_id, today())
    aside = conflicts(electorate, motions)
    worst = len(electorate) - max((sum(1 for _v, other in aside if other == motion) for motion in motions), default=0)
    base = len(electorate) if rules is not None and rules.recused_count_for_quorum else worst
    return {
        "seats": len(electorate),
        "rules": rules,
        "quorum": -(-base * rules.quorum_numerator // rules.quorum_denominator) if rules is not None else None,
        "shut_out": cannot_sign_in([voter.person for voter in electorate]),
        "recused": [{"voter": voter, "motion": motion} for voter, motion in aside],
    }
