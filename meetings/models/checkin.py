"""Who was let in, when and by whom. First scan wins; the database keeps it so."""

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.common.triggers import frozen_fields, never_deleted
from meetings.enums import CheckInWay, RegistrationStatus

# Somebody who is checked in has attended: the two never say different things.
ATTENDED = f"""
IF NEW.undone_at IS NULL AND (SELECT status FROM meetings_registration WHERE id = NEW.registration_id) <> '{RegistrationStatus.ATTENDED}' THEN
    RAISE EXCEPTION 'checked in without having attended' USING ERRCODE = 'check_violation', CONSTRAINT = 'checked_in_means_attended';
END IF;
RETURN NEW;
"""


class CheckIn(models.Model):
    """One entrance of one participant; undone, never deleted."""

    registration = models.ForeignKey("meetings.Registration", models.PROTECT, related_name="checkins", verbose_name=_("registration"))
    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    way = models.CharField(pgettext_lazy("check-in", "how"), max_length=8, choices=CheckInWay.choices)
    nonce = models.UUIDField(unique=True, default=uuid.uuid4, editable=False, help_text="The same press sent twice is one check-in.")
    recorded_at = models.DateTimeField(_("recorded"), auto_now_add=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("undone by"))

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        ordering = ("-at", "-pk")
        constraints = [
            models.UniqueConstraint(fields=["registration"], condition=models.Q(undone_at=None), name="checked_in_once"),
            models.CheckConstraint(
                condition=models.Q(undone_at=None, undone_by=None) | models.Q(undone_at__isnull=False, undone_by__isnull=False),
                name="check_in_undone_by_somebody",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(name="checked_in_means_attended", when=pgtrigger.Before, operation=pgtrigger.Insert, func=ATTENDED),
            frozen_fields("registration_id", "at", "by_id", "way", "nonce", name="check_in_is_fixed"),
            never_deleted(),
        ]

    def __str__(self) -> str:
        return f"{self.registration} {self.at:%H:%M}"
