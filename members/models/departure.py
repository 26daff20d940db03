"""Leaving the alliance, or being removed from it (R16)."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.common.models import TimestampedModel
from alliance.common.transitions import transitions_trigger
from alliance.common.triggers import frozen_fields, never_deleted
from members.enums import DEPARTURE_OPEN, DEPARTURE_TRANSITIONS, DepartureKind, DepartureStatus


@pghistory.track()
class Departure(TimestampedModel):
    """An application to leave, or a proposal to remove: screened, decided by the council, and only then carried out."""

    TRANSITIONS = DEPARTURE_TRANSITIONS

    reference = models.CharField(_("reference"), max_length=20, unique=True)
    membership = models.ForeignKey("members.Membership", models.PROTECT, related_name="departures", verbose_name=_("membership"))
    kind = models.CharField(_("kind"), max_length=10, choices=DepartureKind.choices, default=DepartureKind.LEAVE)
    status = models.CharField(_("status"), max_length=10, choices=DepartureStatus.choices, default=DepartureStatus.SUBMITTED)
    reason = models.TextField(_("reason"), max_length=2000)
    effective_on = models.DateField(_("takes effect on"))
    letter = models.ForeignKey("common.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sealed letter"))
    effects = models.JSONField(_("what it means for dues and registrations"), default=list)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by"))
    decision = models.CharField(
        pgettext_lazy("of the council", "decision"), max_length=300, blank=True, help_text=_("Where the council decided: minutes, date.")
    )
    decided_on = models.DateField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("departure")
        verbose_name_plural = _("departures")
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(fields=["membership"], condition=models.Q(status__in=sorted(DEPARTURE_OPEN)), name="one_open_departure_per_membership"),
        ]
        triggers = [
            transitions_trigger("status", DEPARTURE_TRANSITIONS, initial={DepartureStatus.SUBMITTED}),
            frozen_fields("membership_id", "kind", "reason", name="what_was_asked_is_kept"),
            never_deleted(),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.membership.institution}"
