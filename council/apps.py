"""The app's configuration."""

from django.apps import AppConfig


class CouncilConfig(AppConfig):
    """See the package."""

    name = "council"
