"""Whether the stored results of a closed ballot still follow from what was voted."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from council.enums import BallotStatus, Held
from council.models import Ballot, Motion, Participation, Vote
from council.procedure import decide
from council.selectors.counting import chairs_vote, digest_of, motion_counts

COUNTS = ("seats", "recused", "votes_for", "votes_against", "abstentions")


def discrepancies(ballot: Ballot) -> list[str]:
    """What does not agree, in words that name the motion; empty when all is well. Only a closed ballot can be verified.

    Each motion is counted again from the votes (or papers), decided again by the frozen rules, and its digest made again. Counts of a meeting
    on paper were entered by hand: of them only rules and outcome are checked.
    """
    if ballot.status != BallotStatus.CLOSED:
        return [_("The ballot is not closed.")]
    found = []
    seats = ballot.electors.count()
    for motion in ballot.motions.select_related("result").order_by("position"):
        motion.ballot = ballot
        found += [f"{motion.position}. {motion.title}: {text}" for text in _of_motion(motion, seats)]
    return found


def _of_motion(motion: Motion, seats: int) -> list[str]:
    result = getattr(motion, "result", None)
    if result is None:
        return [_("There is no result.")]
    ballot, rules = motion.ballot, motion.ballot.procedure
    assert rules is not None  # an opened ballot has its rules, by constraint
    found = []
    stored = {name: getattr(result, name) for name in COUNTS}
    if ballot.held != Held.MEETING:
        counted = motion_counts(motion, seats)
        if counted != stored:
            found.append(_("Counted again: %(counted)s. Stored: %(stored)s.") % {"counted": counted, "stored": stored})
        if chairs_vote(motion) != result.chair:
            found.append(_("The chair's vote is not the stored one."))
        if Vote.objects.filter(motion=motion, cast_at__gt=ballot.closed_at).exists():
            found.append(_("A vote is later than the close."))
        if Vote.objects.filter(motion=motion, elector__recusals__motion=motion).exists():
            found.append(_("Somebody voted who was recused."))
        if rules.secret and Participation.objects.filter(motion=motion).count() != motion.papers.count():
            found.append(_("There are not as many papers as voters."))
    if result.digest and digest_of(motion, stored) != result.digest:
        found.append(_("The digest of electorate and votes is not the stored one."))
    with translation.override(settings.LANGUAGE_CODE):
        decision = decide(rules, **stored, chair=result.chair)
    if (decision.outcome, decision.explanation) != (result.outcome, result.rule_text):
        found.append(_("By the rules the outcome would be: %(text)s") % {"text": decision.explanation})
    return found
