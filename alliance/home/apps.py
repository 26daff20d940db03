"""The app's configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    """The public start page, the way to one's own pages after sign-in, and what spans all apps. Stands on the top floor."""

    name = "alliance.home"
    label = "home"
    verbose_name = _("Start page")

    def ready(self) -> None:
        """Put the top floor's entries into the menu."""
        from alliance.common.menu import register_entry
        from alliance.home import mail_samples

        mail_samples.register()

        register_entry(_("Start page"), "home:index", visible=lambda user: True, order=0)
        register_entry(_("Joining and fees"), "home:benefits", visible=lambda user: True, order=15)
        register_entry(_("Administration"), "admin:index", visible=lambda user: user.is_authenticated and user.has_perm("common.enter_admin"), order=90)
