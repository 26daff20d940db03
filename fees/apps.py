"""The app's configuration."""

from django.apps import AppConfig


class FeesConfig(AppConfig):
    """See the package."""

    name = "fees"
