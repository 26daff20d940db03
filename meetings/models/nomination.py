"""Units name people for places that are given by recommendation (首批推荐名额, R11)."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel
from alliance.common.transitions import transitions_trigger
from alliance.common.triggers import frozen_fields, never_deleted
from meetings.enums import NOMINATION_TRANSITIONS, NominationStatus


@pghistory.track()
class Nomination(TimestampedModel):
    """One of a unit's people, named for an offer; staff rank and confirm."""

    TRANSITIONS = NOMINATION_TRANSITIONS

    offer = models.ForeignKey("meetings.Offer", models.PROTECT, related_name="nominations", verbose_name=_("offer"))
    institution = models.ForeignKey("members.Institution", models.PROTECT, related_name="+", verbose_name=_("unit"))
    person = models.ForeignKey("members.Person", models.PROTECT, related_name="nominations", verbose_name=_("person"))
    statement = models.TextField(_("why this person"), blank=True, max_length=1000)
    rank = models.PositiveSmallIntegerField(_("rank"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=NominationStatus.choices, default=NominationStatus.PROPOSED)
    nominated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("nominated by"))

    class Meta:
        verbose_name = _("nomination")
        verbose_name_plural = _("nominations")
        ordering = ("offer", models.F("rank").asc(nulls_last=True), "pk")
        constraints = [
            models.UniqueConstraint(fields=["offer", "person"], condition=~models.Q(status="withdrawn"), name="nominated_once"),
            models.UniqueConstraint(fields=["offer", "rank"], deferrable=models.Deferrable.DEFERRED, name="one_nomination_per_rank"),
        ]
        triggers = [
            transitions_trigger("status", NOMINATION_TRANSITIONS, initial={NominationStatus.PROPOSED}, name="nomination_transitions"),
            frozen_fields("offer_id", "institution_id", "person_id", name="nomination_is_fixed"),
            never_deleted(),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.offer}"
