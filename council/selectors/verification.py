"""Whether the stored results of a closed ballot still follow from what was voted."""

from dataclasses import dataclass, field

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from alliance.common.audit import timeline
from council.enums import BallotStatus, DigestForm, Held
from council.models import Ballot, Motion, Participation, Proxy, Result, Vote
from council.procedure import decide
from council.selectors.counting import chairs_vote, digest_of, motion_counts

COUNTS = ("seats", "recused", "votes_for", "votes_against", "abstentions")


@dataclass(frozen=True)
class Verification:
    """What of a closed ballot does not agree, and what nobody can prove any more since it was not written down in its time; in words."""

    wrong: list[str] = field(default_factory=list)
    unproven: list[str] = field(default_factory=list)


def verify(ballot: Ballot) -> Verification:
    """Each motion is counted again from the votes (or papers), decided again by the frozen rules, and its digest made again.

    Counts of a meeting on paper were entered by hand: of them only rules and outcome are checked. Only a closed ballot can be verified.
    """
    if ballot.status != BallotStatus.CLOSED:
        return Verification([_("The ballot is not closed.")])
    found = Verification()
    _of_proxies(ballot, found)
    for motion in ballot.motions.select_related("result").order_by("position"):
        motion.ballot = ballot
        found.wrong.extend(f"{motion.position}. {motion.title}: {text}" for text in _of_motion(motion))
        if _digest_leaves_out_proxies(motion):
            text = _("The digest was made before digests covered proxies: that nobody has changed them since, it does not prove.")
            found.unproven.append(f"{motion.position}. {motion.title}: {text}")
    return found


def discrepancies(ballot: Ballot) -> list[str]:
    """What does not agree, in words that name the motion; empty when all is well."""
    return verify(ballot).wrong


def _of_proxies(ballot: Ballot, found: Verification) -> None:
    """Each proxy is within the ballot and its rules, and every vote for a giver was cast by whoever held the proxy, as the log says."""
    proxies = list(Proxy.objects.filter(giver__ballot=ballot).select_related("giver__institution", "holder__person"))
    if proxies and not (ballot.procedure and ballot.procedure.proxies_allowed):
        found.wrong.append(_("There are proxies, but the rules allow none."))
    holders = {proxy.holder_id for proxy in proxies}
    for proxy in proxies:
        name = proxy.giver.institution.name
        if proxy.holder.ballot_id != ballot.pk:
            found.wrong.append(_("%(giver)s: the holder of the proxy stands in another ballot.") % {"giver": name})
        if proxy.giver_id in holders:
            found.wrong.append(_("%(giver)s: gave its vote away and holds one.") % {"giver": name})
        _of_casts(ballot, proxy, name, found)


def _of_casts(ballot: Ballot, proxy: Proxy, name: str, found: Verification) -> None:
    """Who cast the giver's votes: entries of the log that name the place; entries from before they did say only that somebody voted."""
    log = timeline(ballot).filter(action="vote.cast")
    casts = log.filter(data__elector=proxy.giver_id)
    holder = proxy.holder.person.user_id  # None once the account has gone: then the log alone says who it was
    if holder is not None and casts.exclude(actor=holder).exists():
        found.wrong.append(_("%(giver)s: somebody else than the holder of the proxy has voted for it.") % {"giver": name})
    if casts.exists() or not (proxy.giver.votes.exists() or proxy.giver.participations.exists()):
        return
    unnamed = log.exclude(data__has_key="elector")
    if holder is None or unnamed.filter(actor=holder).exists():
        found.unproven.append(_("%(giver)s: the log of that time does not say for which place a vote was cast.") % {"giver": name})
    else:
        found.wrong.append(_("%(giver)s: there is a vote for it, and the log knows of none.") % {"giver": name})


def _digest_leaves_out_proxies(motion: Motion) -> bool:
    """Whether the stored digest is of the first form although there are proxies."""
    result = getattr(motion, "result", None)
    if result is None or result.digest_form != DigestForm.UNKNOWN or not result.digest:
        return False
    stored = {name: getattr(result, name) for name in COUNTS}
    return result.digest != digest_of(motion, stored) and result.digest == digest_of(motion, stored, with_proxies=False)


def _of_votes(motion: Motion, result: Result) -> list[str]:
    """The votes or papers themselves: as many as was counted, none late, none by the recused."""
    ballot, rules, found = motion.ballot, motion.ballot.procedure, []
    assert rules is not None  # an opened ballot has its rules, by constraint
    stored = {name: getattr(result, name) for name in COUNTS}
    counted = motion_counts(motion, ballot.electors.count())
    if counted != stored:
        found.append(_("Counted again: %(counted)s. Stored: %(stored)s.") % {"counted": counted, "stored": stored})
    if chairs_vote(motion) != result.chair:
        found.append(_("The chair's vote is not the stored one."))
    if Vote.objects.filter(motion=motion, cast_at__gt=ballot.closed_at).exists():
        found.append(_("A vote is later than the close."))
    if Vote.objects.filter(motion=motion, elector__recusals__motion=motion).exists():
        found.append(_("Somebody voted who was recused."))
    if Vote.objects.filter(motion=motion, elector__proxy_given__holder__recusals__motion=motion).exists():
        found.append(_("Somebody recused voted by proxy."))
    if rules.secret and Participation.objects.filter(motion=motion).count() != motion.papers.count():
        found.append(_("There are not as many papers as voters."))
    return found


def _of_motion(motion: Motion) -> list[str]:
    result = getattr(motion, "result", None)
    if result is None:
        return [_("There is no result.")]
    ballot, rules = motion.ballot, motion.ballot.procedure
    assert rules is not None  # an opened ballot has its rules, by constraint
    found = []
    stored = {name: getattr(result, name) for name in COUNTS}
    if ballot.held != Held.MEETING:
        found += _of_votes(motion, result)
    if result.digest and digest_of(motion, stored) != result.digest and not _digest_leaves_out_proxies(motion):
        found.append(_("The digest of electorate and votes is not the stored one."))
    with translation.override(settings.LANGUAGE_CODE):
        decision = decide(rules, **stored, chair=result.chair)
    if (decision.outcome, decision.explanation) != (result.outcome, result.rule_text):
        found.append(_("By the rules the outcome would be: %(text)s") % {"text": decision.explanation})
    return found
