"""What can happen in the council."""

from django.utils.translation import gettext_lazy as _

from alliance.common.audit import register_actions, register_sources

register_actions(
    {
        "ballot.drafted": _("Ballot drafted"),
        "ballot.opened": _("Ballot opened"),
        "ballot.extended": _("Ballot extended"),
        "ballot.cancelled": _("Ballot cancelled"),
        "motion.not_carried_out": _("Decision could not be carried out"),
        "ballot.closed": _("Ballot closed"),
        "vote.cast": _("Vote cast"),
        "vote.recused": _("Recused"),
    }
)
register_sources({"task:close-ballots": _("Closing of ballots by time")})
