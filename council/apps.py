"""The app's configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CouncilConfig(AppConfig):
    """Seats, ballots, votes, results."""

    name = "council"
    verbose_name = _("Council")

    def ready(self) -> None:
        """Register actions, permissions, queues and pages."""
        from alliance.common.files import register_access
        from alliance.common.menu import register_entry
        from alliance.common.queues import register_queue
        from council import audit_actions, cards, documents, queues, rules  # noqa: F401 (registration by import)
        from council.departures import end_seats, what_of_seats
        from council.models import Ballot, Motion
        from council.progress import LETTER, when_decided
        from members.portal import register_card
        from members.progress import register_next_step, register_paper
        from members.services.departures import register_effect

        register_next_step(when_decided)
        register_paper(LETTER)
        register_access(Motion, "council.read_motion_files")
        register_access(Ballot, "council.read_ballot_files")

        register_effect(what_of_seats, end_seats)
        register_card(cards.votes_card, order=5)
        for queue in queues.QUEUES:
            register_queue(**queue)
        register_entry(_("Council"), "council:index", visible=lambda user: user.has_perm("council.enter_council"), order=70)
