"""The app's configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    """Meetings, offers, registrations."""

    name = "meetings"
    verbose_name = _("Meetings")

    def ready(self) -> None:
        """Register actions, permissions, cards and pages."""
        from alliance.common.menu import register_entry
        from meetings import audit_actions, cards, rules  # noqa: F401 (registration by import)
        from members.portal import register_card

        register_card(cards.meetings_card, order=20)
        register_card(cards.allowance_card, order=30)
        register_entry(_("Meetings"), "meetings:list", visible=lambda user: True, order=20)
        register_entry(_("Meetings"), "unit_meetings:list", visible=lambda user: True, order=40, area="portal")
