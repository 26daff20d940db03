"""The app's configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeesConfig(AppConfig):
    """Schedules, invoices, payments."""

    name = "fees"
    verbose_name = _("Fees")

    def ready(self) -> None:
        """Register actions, permissions, queues and pages."""
        from alliance.common.dashboards import register_chart
        from alliance.common.files import register_access
        from alliance.common.menu import register_entry
        from alliance.common.models import Job
        from alliance.common.queues import register_queue
        from fees import audit_actions, charts, documents, queues, rules, sheets  # noqa: F401 (registration by import)
        from fees.departures import what_of_dues
        from fees.models import Fapiao, Voucher
        from fees.progress import NOTICE, what_is_due, what_was_owed
        from fees.selectors.standing import memberships_in_arrears
        from fees.services import dues, papers  # noqa: F401 (registers the background jobs)
        from members.portal import register_card
        from members.progress import register_history, register_next_step, register_paper
        from members.selectors.register import register_arrears
        from members.services.departures import register_effect

        register_access(Voucher, "fees.read_voucher")
        register_access(Job, "fees.read_reports")
        register_access(Fapiao, "fees.read_fapiao")
        register_chart("fees.month", charts.by_month, permission="fees.read_reports", order=10)
        register_chart("fees.tier", charts.by_tier, permission="fees.read_reports", order=11)
        for queue in queues.QUEUES:
            register_queue(**queue)
        register_effect(what_of_dues)
        register_arrears(memberships_in_arrears)
        register_next_step(what_is_due)
        register_history(what_was_owed)
        register_paper(NOTICE)
        register_card(queues.dues_card, order=10)
        register_entry(_("Dues"), "fees:dues", visible=lambda user: True, order=30, area="portal")
        register_entry(_("Fapiaos"), "fees:fapiaos", visible=lambda user: True, order=31, area="portal")
