"""The ways in beside the liaison's page: a unit's link, the public form; and what a liaison has typed so far."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel
from alliance.common.transitions import transitions_trigger
from meetings.enums import REQUEST_TRANSITIONS, RequestStatus


class UnitLink(TimestampedModel):
    """The link by which a unit's people ask for a place themselves. Closing it makes the address dead."""

    institution = models.ForeignKey("members.Institution", models.CASCADE, related_name="+", verbose_name=_("unit"))
    meeting = models.ForeignKey("meetings.Meeting", models.CASCADE, related_name="unit_links", verbose_name=_("meeting"))
    token = models.CharField(max_length=32, unique=True, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("link of a unit")
        verbose_name_plural = _("links of units")
        ordering = ("-pk",)
        constraints = [models.UniqueConstraint(fields=["institution", "meeting"], condition=models.Q(closed_at=None), name="one_open_link_of_a_unit")]

    def __str__(self) -> str:
        return f"{self.institution} · {self.meeting}"


@pghistory.track(exclude=["answers"])
class PlaceRequest(TimestampedModel):
    """Somebody asks for a place: by the unit's link (the liaison confirms), or on the public page (the e-mail address is confirmed first)."""

    TRANSITIONS = REQUEST_TRANSITIONS

    meeting = models.ForeignKey("meetings.Meeting", models.CASCADE, related_name="requests", verbose_name=_("meeting"))
    link = models.ForeignKey(UnitLink, models.PROTECT, null=True, blank=True, related_name="requests", verbose_name=_("link of a unit"))
    institution = models.ForeignKey("members.Institution", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit"))
    institution_typed = models.CharField(_("institution not in the list"), max_length=120, blank=True)
    name = models.CharField(_("name"), max_length=80)
    email = models.EmailField(_("e-mail"))
    department = models.CharField(_("department"), max_length=120, blank=True)
    post = models.CharField(_("post"), max_length=80, blank=True)
    mobile = models.CharField(_("mobile"), max_length=30, blank=True)
    answers = models.JSONField(default=dict, editable=False)
    token = models.CharField(max_length=32, unique=True, editable=False)
    status = models.CharField(_("status"), max_length=10, choices=RequestStatus.choices)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    registration = models.OneToOneField("meetings.Registration", models.PROTECT, null=True, blank=True, related_name="request", verbose_name=_("registration"))

    class Meta:
        verbose_name = _("request for a place")
        verbose_name_plural = _("requests for places")
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(fields=["meeting", "email"], condition=models.Q(status__in=["unproved", "waiting"]), name="one_open_request_of_an_address"),
        ]
        triggers = [transitions_trigger("status", REQUEST_TRANSITIONS, initial={RequestStatus.UNPROVED, RequestStatus.WAITING})]

    def __str__(self) -> str:
        return f"{self.name} · {self.meeting}"


class RegistrationDraft(models.Model):
    """What a liaison has typed on the registration page and not sent yet."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    institution = models.ForeignKey("members.Institution", models.CASCADE, related_name="+")
    meeting = models.ForeignKey("meetings.Meeting", models.CASCADE, related_name="+")
    data = models.JSONField(default=dict)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "institution", "meeting"], name="one_registration_draft")]

    def __str__(self) -> str:
        return f"{self.user_id}/{self.institution_id}/{self.meeting_id}"
