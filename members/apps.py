"""The app's configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    """Institutions, people, memberships, applications; owns the user model."""

    name = "members"
    verbose_name = _("Members")

    def ready(self) -> None:
        """Register actions, permissions and the like by importing them."""
        from members import audit_actions, rules  # noqa: F401 (registration by import)
