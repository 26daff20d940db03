"""The app's configuration."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    """See the package."""

    name = "meetings"
