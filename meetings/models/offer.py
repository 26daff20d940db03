"""On what terms one takes part: who, at what price, from when until when, how many (R9, R10, R11, R14)."""

from decimal import Decimal

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel
from alliance.common.triggers import frozen_fields
from meetings.enums import Audience, PriceKind
from meetings.triggers import offer_guard

# A free place costs nothing; any other price is above nothing, or not decided yet (and then nobody can take it).
PRICE_BY_KIND = Q(price_kind=PriceKind.FREE, price=0) | ~Q(price_kind=PriceKind.FREE) & (Q(price=None) | Q(price__gt=0))


class Terms(TimestampedModel):
    """What an offer and its pattern in a template have in common."""

    name = models.CharField(_("name"), max_length=80)
    audience = models.CharField(_("meant for"), max_length=8, choices=Audience.choices, default=Audience.MEMBERS)
    tiers = models.ManyToManyField("members.Tier", blank=True, related_name="+", verbose_name=_("tiers"), help_text=_("None chosen: all."))
    needs_good_standing = models.BooleanField(_("in good standing only"), default=True)
    price_kind = models.CharField(_("kind of price"), max_length=10, choices=PriceKind.choices, default=PriceKind.FREE)
    price = models.DecimalField(
        _("price per person"), max_digits=10, decimal_places=2, null=True, blank=True, default=Decimal("0.00"), validators=[MinValueValidator(0)]
    )
    seats = models.PositiveIntegerField(_("places in all"), null=True, blank=True, help_text=_("Empty: as many as the meeting has."))
    seats_per_unit = models.PositiveSmallIntegerField(_("places per unit"), null=True, blank=True, help_text=_("Empty: no limit."))
    draws_on_allowance = models.BooleanField(_("uses the yearly allowance"), default=False)
    nominations_per_unit = models.PositiveSmallIntegerField(_("nominations per unit"), default=0, help_text=_("Above 0, units may nominate people for it."))
    position = models.PositiveSmallIntegerField(_("position"), default=0, help_text=_("Decides between two that cost the same."))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Offer(Terms):
    """One way to take part in a meeting. A person who fits several gets the one that costs least."""

    meeting = models.ForeignKey("meetings.Meeting", models.CASCADE, related_name="offers", verbose_name=_("meeting"))
    opens_at = models.DateTimeField(_("open from"), null=True, blank=True, help_text=_("Empty: as soon as its audience may see the meeting."))
    closes_at = models.DateTimeField(_("open until"), null=True, blank=True, help_text=_("Empty: until registration ends."))

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ("meeting", "position", "pk")
        constraints = [
            models.CheckConstraint(condition=PRICE_BY_KIND, name="offer_price_by_kind"),
            models.CheckConstraint(condition=Q(draws_on_allowance=False) | Q(price_kind="free"), name="allowance_is_free"),
            models.CheckConstraint(condition=Q(opens_at=None) | Q(closes_at=None) | Q(closes_at__gt=models.F("opens_at")), name="offer_closes_after_it_opens"),
        ]
        triggers = [frozen_fields("meeting_id", name="offer_belongs"), offer_guard()]
