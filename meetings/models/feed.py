"""Calendars that people subscribe to by a secret address."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models import SecretFeed
from alliance.common.triggers import frozen_fields


class CalendarFeed(SecretFeed):
    """The secret address of a unit's or a person's calendar. A new one replaces it; the old one then ends."""

    institution = models.ForeignKey("members.Institution", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("institution"))
    person = models.ForeignKey("members.Person", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("person"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by"))

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(condition=models.Q(institution=None) ^ models.Q(person=None), name="feed_of_a_unit_or_a_person"),
            models.UniqueConstraint(fields=["institution"], condition=models.Q(revoked_at=None), name="one_live_feed_per_unit"),
            models.UniqueConstraint(fields=["person"], condition=models.Q(revoked_at=None), name="one_live_feed_per_person"),
        ]
        triggers = [frozen_fields("token", "institution_id", "person_id", name="feed_is_fixed")]

    def __str__(self) -> str:
        return str(self.institution or self.person)
