"""The app's configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    """Meetings, offers, registrations."""

    name = "meetings"
    verbose_name = _("Meetings")

    def ready(self) -> None:
        """Register actions, permissions, cards and pages."""
        from alliance.common.dashboards import register_chart
        from alliance.common.files import register_access
        from alliance.common.menu import register_entry
        from alliance.common.queues import register_queue
        from fees.services.payments import when_settled
        from meetings import audit_actions, cards, charts, queues, rules, sheets  # noqa: F401 (registration by import)
        from meetings.departures import cancel_places, what_of_places
        from meetings.services import attendance, printing  # noqa: F401 (kinds of jobs)
        from meetings.services.paying import follow_settled
        from members.portal import register_card
        from members.services.departures import register_effect
        from members.services.merging import let_merges_pass

        # Others get these files through the pages of the meeting, the project or the ticket.
        for owner in ("Meeting", "ProjectReport"):
            register_access(self.get_model(owner), "meetings.view_meeting")
        for queue in queues.QUEUES:
            register_queue(**queue)
        when_settled(follow_settled)
        let_merges_pass("meetings.Nomination:nomination_is_fixed")
        register_effect(what_of_places, cancel_places)
        let_merges_pass("meetings.Registration:b_registration_is_fixed")
        register_chart("meetings.places", charts.places, permission="meetings.view_meeting", order=20)
        register_card(cards.meetings_card, order=20)
        register_card(cards.allowance_card, order=30)
        register_entry(_("Meetings"), "meetings:list", visible=lambda user: True, order=20)
        register_entry(_("Meetings"), "unit_meetings:list", visible=lambda user: True, order=40, area="portal")
