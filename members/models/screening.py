"""The screener's tools: messages, notes, checklist, reasons that recur."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel
from alliance.common.triggers import append_only
from members.enums import CheckOutcome


class ApplicationMessage(models.Model):
    """One message between applicant and secretariat, or a note among staff. Never changed."""

    application = models.ForeignKey("members.Application", models.PROTECT, related_name="messages", verbose_name=_("application"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("from"))
    from_staff = models.BooleanField(_("from the secretariat"))
    internal = models.BooleanField(_("note among staff"), default=False)
    text = models.TextField(_("message"), max_length=3000)
    sent_at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ("sent_at", "pk")
        constraints = [models.CheckConstraint(condition=models.Q(internal=False) | models.Q(from_staff=True), name="notes_are_among_staff")]
        triggers = append_only()

    def __str__(self) -> str:
        return self.text[:60]


@pghistory.track()
class ChecklistItem(TimestampedModel):
    """A point every screener looks at (R1, R2)."""

    text = models.CharField(_("point"), max_length=200)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("checklist point")
        verbose_name_plural = _("checklist")
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.text


@pghistory.track()
class ChecklistMark(TimestampedModel):
    """A screener's mark on one point of one application in one round."""

    application = models.ForeignKey("members.Application", models.PROTECT, related_name="marks")
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="+", verbose_name=_("point"))
    round = models.PositiveSmallIntegerField(_("round"))
    outcome = models.CharField(_("mark"), max_length=4, choices=CheckOutcome.choices)
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("checklist mark")
        verbose_name_plural = _("checklist marks")
        ordering = ("application", "round", "item__position")
        constraints = [models.UniqueConstraint(fields=["application", "item", "round"], name="one_mark_per_point_and_round")]

    def __str__(self) -> str:
        return f"{self.item}: {self.get_outcome_display()}"


class ReasonTemplate(TimestampedModel):
    """A text that screeners send often."""

    title = models.CharField(_("title"), max_length=60)
    text = models.TextField(_("text"), max_length=2000)
    for_declining = models.BooleanField(_("for declining"), default=False, help_text=_("Off: for returning to the applicant."))

    class Meta:
        verbose_name = _("reason template")
        verbose_name_plural = _("reason templates")
        ordering = ("for_declining", "title")

    def __str__(self) -> str:
        return self.title
