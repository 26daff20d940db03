"""What can happen in the council."""

from django.utils.translation import gettext_lazy as _

from alliance.common.audit import register_actions, register_sources

register_actions(
    {
        "ballot.drafted": _("Ballot drafted"),
        "ballot.edited": _("Draft edited"),
        "ballot.opened": _("Ballot opened"),
        "ballot.extended": _("Ballot extended"),
        "ballot.cancelled": _("Ballot cancelled"),
        "motion.not_carried_out": _("Decision could not be carried out"),
        "ballot.closed": _("Ballot closed"),
        "ballot.discussed": _("Discussion opened"),
        "ballot.scheduled": _("Opening scheduled"),
        "ballot.not_opened": _("Could not be opened at its time"),
        "ballot.proxy": _("Proxy recorded"),
        "ballot.proxy_revoked": _("Proxy taken back"),
        "procedure.withdrawn": _("Rules of procedure withdrawn before they came into force"),
        "feed.deadlines_renewed": _("New address for the calendar of closing times"),
        "feed.deadlines_ended": _("Address of the calendar of closing times ended"),
        "ballot.reported": _("Result of a meeting entered"),
        "motion.commented": _("Comment on a motion"),
        "motion.needs_second_vote": _("Passed; waits for the second vote"),
        "seat.ended": _("Seat ended with the membership"),
        "seat.replaced": _("Holder of a seat replaced"),
        "vote.cast": _("Vote cast"),
        "vote.recused": _("Recused"),
    }
)
register_sources(
    {
        "task:close-ballots": _("Closing of ballots by time"),
        "task:open-ballots": _("Opening of ballots by time"),
        "task:discard-kept": _("Tidying of entries left half way"),
    }
)
