"""The app's configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    """Reminders."""

    name = "notices"
    verbose_name = _("Reminders")

    def ready(self) -> None:
        """Register permissions."""
        from notices import rules  # noqa: F401 (registration by import)
