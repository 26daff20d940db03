"""The admin's configuration; the site itself needs loaded apps and stands in admin.py."""

from django.contrib.admin.apps import AdminConfig


class AllianceAdminConfig(AdminConfig):
    """Makes our site the default one."""

    default_site = "alliance.admin.AllianceAdminSite"
