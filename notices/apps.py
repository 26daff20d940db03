"""The app's configuration."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """See the package."""

    name = "notices"
