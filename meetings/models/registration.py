"""Registrations. The four musts of a place are kept here by constraint and trigger, whoever writes."""

from decimal import Decimal

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel
from alliance.common.transitions import transitions_trigger
from alliance.common.triggers import frozen_fields, never_deleted
from meetings.enums import BORN, LIVE, REGISTRATION_TRANSITIONS, RegistrationStatus
from meetings.triggers import places


@pghistory.track()
class Registration(TimestampedModel):
    """A person's place at a meeting, for a unit, on the terms of an offer."""

    TRANSITIONS = REGISTRATION_TRANSITIONS

    meeting = models.ForeignKey("meetings.Meeting", models.PROTECT, related_name="registrations", verbose_name=_("meeting"))
    institution = models.ForeignKey("members.Institution", models.PROTECT, related_name="registrations", verbose_name=_("unit"))
    person = models.ForeignKey("members.Person", models.PROTECT, related_name="registrations", verbose_name=_("person"))
    offer = models.ForeignKey("meetings.Offer", models.PROTECT, related_name="registrations", verbose_name=_("offer"))
    status = models.CharField(_("status"), max_length=10, choices=RegistrationStatus.choices)
    year = models.PositiveSmallIntegerField(_("year"), default=0, editable=False)
    uses_allowance = models.BooleanField(_("uses the allowance"), default=False, editable=False)
    ticket = models.CharField(_("ticket"), max_length=24, unique=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("replaces"))
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("registered by"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    override_reason = models.CharField(_("registered by staff against the rules of the offer, because"), max_length=200, blank=True)
    price = models.DecimalField(_("price"), max_digits=10, decimal_places=2, default=Decimal("0.00"), editable=False)
    invoice = models.ForeignKey("fees.Invoice", models.PROTECT, null=True, blank=True, related_name="registrations", verbose_name=_("payment notice"))
    # What was asked back for this place; several when its notice was paid in parts.
    refunds = models.ManyToManyField("fees.Refund", related_name="places", blank=True, editable=False, verbose_name=_("refunds"))
    queued_at = models.DateTimeField(_("in line since"), null=True, blank=True)
    accept_until = models.DateTimeField(_("to be accepted until"), null=True, blank=True)
    hold_until = models.DateTimeField(_("held unpaid until"), null=True, blank=True)
    keeps_seat = models.BooleanField(_("cancelled late: the seat stays taken"), default=False)
    keeps_allowance = models.BooleanField(_("cancelled late: the free meeting stays used"), default=False)
    consent_at = models.DateTimeField(_("consent to keep the answers"), null=True, blank=True)
    answers_deleted_at = models.DateTimeField(_("answers deleted"), null=True, blank=True)

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ("meeting", "pk")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "person"], condition=models.Q(status__in=sorted(LIVE)), name="person_once_per_meeting"),
            models.CheckConstraint(
                condition=models.Q(keeps_seat=False, keeps_allowance=False) | models.Q(status="cancelled"), name="only_cancelled_places_are_kept"
            ),
            models.CheckConstraint(condition=~models.Q(status="offered") | models.Q(accept_until__isnull=False), name="offered_place_has_a_deadline"),
            models.CheckConstraint(condition=~models.Q(status="unpaid") | models.Q(hold_until__isnull=False), name="unpaid_place_has_a_deadline"),
            models.CheckConstraint(condition=~models.Q(status="waitlisted") | models.Q(queued_at__isnull=False), name="waiting_since_a_time"),
        ]
        indexes = [
            models.Index(fields=["meeting", "status"], name="registration_by_status"),
            models.Index(fields=["institution", "year"], condition=models.Q(uses_allowance=True), name="registration_allowance"),
        ]
        triggers = [
            transitions_trigger("status", REGISTRATION_TRANSITIONS, initial=BORN, name="a_status_transitions"),
            frozen_fields("meeting_id", "institution_id", "person_id", "offer_id", "ticket", name="b_registration_is_fixed"),
            places(),
            never_deleted(),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.meeting}"
