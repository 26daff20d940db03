"""Calendars that programs fetch by a secret address."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SecretFeed(models.Model):
    """The secret address of somebody's calendar: a new one replaces it, and the old one then ends. Apps say whose; see `alliance.common.feeds`."""

    token = models.CharField(max_length=48, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        abstract = True
