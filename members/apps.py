"""The app's configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    """Institutions, people, memberships, applications; owns the user model."""

    name = "members"
    verbose_name = _("Members")

    def ready(self) -> None:
        """Register actions, permissions and the like by importing them."""
        from alliance.common.bounces import on_dead_address
        from alliance.common.dashboards import register_chart
        from alliance.common.files import register_access
        from alliance.common.menu import register_area, register_entry
        from alliance.common.queues import register_queue
        from members import audit_actions, charts, documents, queues, rules, signin_log  # noqa: F401 (registration by import)
        from members.models import Application, Departure
        from members.services import addresses, importing, personal, scanning  # noqa: F401 (register their background jobs)
        from members.sheets import institutions, memberships, people  # noqa: F401 (register their tables)

        on_dead_address(addresses.mark_dead)
        register_access(Application, "members.read_application_files")
        register_access(Departure, "members.read_departure_letter")
        register_entry(_("Members"), "members:register", visible=lambda user: True, order=10)
        register_entry(_("Apply"), "apply:start", visible=lambda user: not user.is_authenticated or not user.has_perm("common.enter_admin"), order=30)
        register_entry(_("My unit"), "portal:overview", visible=lambda user: user.has_perm("members.enter_portal"), order=80)
        register_area("portal", prefix="/portal/", visible=lambda user: user.has_perm("members.enter_portal"))
        for position, (label, name) in enumerate(
            [(_("Overview"), "portal:overview"), (_("Unit data"), "portal:unit"), (_("People"), "portal:people"), (_("Data check"), "portal:data_check")]
        ):
            register_entry(label, name, visible=lambda user: True, order=position * 10, area="portal")
        register_chart("members.growth", charts.growth, permission="members.view_membership", order=30)
        register_chart("members.kinds", charts.kinds, permission="members.view_membership", order=40)
        register_chart("members.provinces", charts.provinces, permission="members.view_membership", order=50)
        for queue in queues.QUEUES:
            register_queue(**queue)
