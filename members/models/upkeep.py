"""Keeping data right: invitations, and the yearly round in which units check what we hold of them."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel


@pghistory.track()
class Invitation(TimestampedModel):
    """Somebody is asked by e-mail to become liaison of a unit, or to help with an application. Taken up by whoever proves the address."""

    institution = models.ForeignKey("members.Institution", models.PROTECT, null=True, blank=True, related_name="invitations")
    application = models.ForeignKey("members.Application", models.CASCADE, null=True, blank=True, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=80)
    hands_over = models.BooleanField(_("hand over"), default=False, help_text=_("The inviting liaison's role ends when the invitation is taken up."))
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("invited by"))
    expires_at = models.DateTimeField(_("valid until"))
    accepted_at = models.DateTimeField(_("taken up"), null=True, blank=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(institution=None, application__isnull=False) | models.Q(institution__isnull=False, application=None),
                name="invitation_to_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} → {self.institution or self.application}"


class DataCheck(TimestampedModel):
    """A round: please look at what we hold of you, and confirm or correct it."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    due_on = models.DateField(_("answer until"))
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("opened by"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("data check")
        verbose_name_plural = _("data checks")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.name


class DataCheckAnswer(TimestampedModel):
    """One unit in a round: asked, and when it answered."""

    check_round = models.ForeignKey(DataCheck, models.CASCADE, related_name="answers")
    institution = models.ForeignKey("members.Institution", models.PROTECT, related_name="data_checks", verbose_name=_("institution"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("confirmed by"))
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    reminded_on = models.DateField(_("reminded"), null=True, blank=True)

    class Meta:
        verbose_name = _("answer to a data check")
        verbose_name_plural = _("answers to data checks")
        ordering = ("check_round", "institution__name")
        constraints = [models.UniqueConstraint(fields=["check_round", "institution"], name="one_answer_per_unit_and_check")]

    def __str__(self) -> str:
        return f"{self.check_round} · {self.institution}"
