"""The admin site."""

from django.contrib.admin.apps import AdminConfig


class AllianceAdminConfig(AdminConfig):
    """The admin, with a site of our own."""

    default_auto_field = "django.db.models.BigAutoField"
