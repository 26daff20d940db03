"""The app's configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    """Reminders and official notices."""

    name = "notices"
    verbose_name = _("Messages")

    def ready(self) -> None:
        """Register actions, permissions, queues and pages."""
        from alliance.common.files import register_access
        from alliance.common.menu import register_entry
        from alliance.common.queues import register_queue
        from fees.ladder import register_ladder
        from members.portal import register_card
        from notices import audit_actions, cards, queues, rules  # noqa: F401 (registration by import)
        from notices.models import AskedUnit, Consultation, Notice
        from notices.selectors.reminders import dunning_ladder
        from notices.services import issuing  # noqa: F401 (registers the maker of the PDF)

        for queue in queues.QUEUES:
            register_queue(**queue)
        register_ladder(dunning_ladder)
        register_card(cards.notices_card, order=10)
        register_card(cards.consultations_card, order=15)
        register_access(Consultation, "notices.read_consultation")
        register_access(AskedUnit, "notices.read_comment_files")
        register_entry(_("Consultations"), "consultations:list", visible=lambda user: True, order=60, area="portal")
        register_access(Notice, "notices.view_notice")
        register_entry(_("Official notices"), "notices:list", visible=lambda user: True, order=25)
