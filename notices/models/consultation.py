"""Consultations (R13): members may comment on the project material that the alliance sends them."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.common.models import TimestampedModel
from alliance.common.transitions import transitions_trigger
from alliance.common.triggers import frozen_fields, never_deleted
from notices.enums import CONSULTATION_TRANSITIONS, ConsultationState, Visibility

# Units are heard while the consultation is open and its time has not passed; the answer may be written at any time.
HEARD_IN_TIME = """
IF TG_OP = 'UPDATE' AND NEW.text IS NOT DISTINCT FROM OLD.text AND NEW.agrees IS NOT DISTINCT FROM OLD.agrees THEN
    RETURN NEW;
END IF;
PERFORM 1 FROM notices_consultation WHERE id = (SELECT consultation_id FROM notices_askedunit WHERE id = NEW.unit_id) FOR SHARE;
IF NOT EXISTS (
    SELECT 1 FROM notices_consultation c JOIN notices_askedunit u ON u.consultation_id = c.id
    WHERE u.id = NEW.unit_id AND c.state = 'open' AND c.closes_at > clock_timestamp()
) THEN
    RAISE EXCEPTION 'the consultation is not open' USING ERRCODE = 'check_violation', CONSTRAINT = 'heard_in_time';
END IF;
IF NEW.section_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM notices_section s JOIN notices_askedunit u ON u.consultation_id = s.consultation_id WHERE s.id = NEW.section_id AND u.id = NEW.unit_id
) THEN
    RAISE EXCEPTION 'the section belongs to another consultation' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
# What is asked, and who, is fixed once the first can answer.
ASKED_IS_FIXED = """
IF EXISTS (SELECT 1 FROM notices_consultation WHERE id = COALESCE(NEW.consultation_id, OLD.consultation_id) AND state <> 'draft') THEN
    RAISE EXCEPTION 'the consultation is no longer a draft' USING ERRCODE = 'check_violation';
END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
"""


def _fixed(name: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(name=name, when=pgtrigger.Before, operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete, func=ASKED_IS_FIXED)


@pghistory.track()
class Consultation(TimestampedModel):
    """Material that units comment on until a day, and what came of it."""

    TRANSITIONS = CONSULTATION_TRANSITIONS

    title = models.CharField(pgettext_lazy("of a text", "title"), max_length=160)
    introduction = models.TextField(_("introduction"), blank=True)
    closes_at = models.DateTimeField(_("closes"))
    visibility = models.CharField(_("who sees the comments"), max_length=12, choices=Visibility.choices, default=Visibility.AFTER_CLOSE)
    audience = models.ForeignKey(
        "notices.Audience", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who is asked"), help_text=_("Empty: all member units.")
    )
    state = models.CharField(_("state"), max_length=10, choices=ConsultationState.choices, default=ConsultationState.DRAFT)
    conclusion = models.TextField(_("conclusion"), blank=True)
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    published_at = models.DateTimeField(_("summary published"), null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        ordering = ("-pk",)
        constraints = [
            models.CheckConstraint(condition=models.Q(state="draft") | models.Q(opened_at__isnull=False), name="consultation_opened_has_time"),
            models.CheckConstraint(condition=~models.Q(state="answered") | models.Q(published_at__isnull=False), name="consultation_answered_has_time"),
        ]
        triggers = [
            transitions_trigger("state", CONSULTATION_TRANSITIONS, initial={ConsultationState.DRAFT}),
            frozen_fields("title", "introduction", "visibility", name="open_consultation_is_fixed", condition="OLD.state <> 'draft'"),
            frozen_fields("conclusion", name="conclusion_is_fixed", condition="OLD.state = 'answered'"),
        ]

    def __str__(self) -> str:
        return self.title


class Section(TimestampedModel):
    """A part of the material that is commented on by itself: a text, a file, or both."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="sections", verbose_name=_("consultation"))
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(pgettext_lazy("of a text", "title"), max_length=120)
    text = models.TextField(_("text"), blank=True)
    file = models.ForeignKey("common.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file"))

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ("consultation", "position")
        constraints = [models.UniqueConstraint(fields=["consultation", "position"], name="section_position_once", deferrable=models.Deferrable.DEFERRED)]
        triggers = [_fixed("section_is_fixed"), frozen_fields("consultation_id", name="section_belongs")]

    def __str__(self) -> str:
        return self.title


class AskedUnit(models.Model):
    """A unit that is asked. The list is made when the consultation opens."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="units", verbose_name=_("consultation"))
    institution = models.ForeignKey("members.Institution", models.PROTECT, related_name="+", verbose_name=_("institution"))
    answered_at = models.DateTimeField(_("handed in"), null=True, blank=True)

    class Meta:
        verbose_name = _("unit that is asked")
        verbose_name_plural = _("units that are asked")
        ordering = ("institution__name",)
        constraints = [models.UniqueConstraint(fields=["consultation", "institution"], name="asked_once")]
        triggers = [never_deleted(), frozen_fields("consultation_id", "institution_id", name="asked_is_fixed")]

    def __str__(self) -> str:
        return str(self.institution)


@pghistory.track()
class Comment(TimestampedModel):
    """What a unit says of a section (or of the whole), and what the secretariat answers. One each; changeable until the consultation closes."""

    unit = models.ForeignKey(AskedUnit, models.PROTECT, related_name="comments", verbose_name=_("unit"))
    section = models.ForeignKey(Section, models.PROTECT, null=True, blank=True, related_name="comments", verbose_name=_("section"))
    text = models.TextField(_("comment"), blank=True, max_length=10_000)
    agrees = models.BooleanField(_("agrees as it is"), default=False)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by"))
    answer = models.TextField(_("answer"), blank=True, max_length=10_000)
    verdict = models.CharField(
        pgettext_lazy("of a comment", "taken up"),
        max_length=10,
        choices=[("taken", _("Taken up")), ("partly", _("Partly taken up")), ("noted", _("Noted"))],
        blank=True,
    )
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by"))

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ("section__position", "unit__institution__name")
        constraints = [models.UniqueConstraint(fields=["unit", "section"], nulls_distinct=False, name="one_comment_per_unit_and_section")]
        triggers = [
            pgtrigger.Trigger(name="heard_in_time", when=pgtrigger.Before, operation=pgtrigger.Insert | pgtrigger.Update, func=HEARD_IN_TIME),
            frozen_fields("unit_id", "section_id", name="comment_belongs"),
            never_deleted(),
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.section or ''}"
