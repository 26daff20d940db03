"""Questions that staff add to the form, and their answers: data, no deployment (R19 asks for more with each round)."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel
from alliance.common.text import lines
from alliance.common.triggers import append_only, frozen_fields, never_deleted
from members.enums import ConsentKind, QuestionKind


@pghistory.track()
class RecruitmentRound(TimestampedModel):
    """A call for new members, such as 2025 年度招募: from when to when, by which notice, how many are hoped for."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    opens_on = models.DateField(_("opens"))
    closes_on = models.DateField(_("closes"), help_text=_("Last day on which an application can be started."))
    target = models.PositiveSmallIntegerField(_("units hoped for"), null=True, blank=True)
    notice = models.CharField(_("notice"), max_length=120, blank=True, help_text=_("For example 秘书处〔2025〕3号."))

    class Meta:
        verbose_name = _("recruitment round")
        verbose_name_plural = _("recruitment rounds")
        ordering = ("-opens_on",)
        constraints = [models.CheckConstraint(condition=models.Q(closes_on__gte=models.F("opens_on")), name="recruitment_closes_after_it_opens")]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Question(TimestampedModel):
    """One question. Its wording is never changed once answered: a new version takes its place."""

    code = models.SlugField(_("code"), max_length=40, help_text=_("Stays the same over all versions."))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    text = models.CharField(_("question"), max_length=200)
    help = models.CharField(_("hint"), max_length=300, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=QuestionKind.choices, default=QuestionKind.SHORT)
    choices = models.TextField(_("choices"), blank=True, help_text=_("One on each line, for “one of several”."))
    required = models.BooleanField(_("must be answered"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("asked"), default=True)
    recruitment = models.ForeignKey(RecruitmentRound, models.PROTECT, null=True, blank=True, related_name="questions", verbose_name=_("only in this round"))

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ("position", "pk")
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="question_version_once"),
            models.UniqueConstraint(fields=["code"], condition=models.Q(is_active=True), name="one_active_version_of_a_question"),
        ]
        triggers = [frozen_fields("code", "version", "text", "kind", "choices", name="wording_is_kept"), never_deleted()]

    def __str__(self) -> str:
        return self.text

    @property
    def options(self) -> list[str]:
        """The lines of `choices`."""
        return lines(self.choices)


class ConsentText(models.Model):
    """The wording of a consent in one version. Never changed: a new version takes its place, and whoever is still drafting is asked again."""

    kind = models.CharField(_("kind"), max_length=10, choices=ConsentKind.choices)
    version = models.PositiveSmallIntegerField(_("version"))
    text = models.CharField(_("wording"), max_length=500, help_text=_("The sentence beside the box."))
    details = models.TextField(_("explanation"), max_length=3000, blank=True, help_text=_("Shown below it: who processes what, for which purpose, how long."))
    published_at = models.DateTimeField(_("published"), auto_now_add=True)

    class Meta:
        verbose_name = _("wording of a consent")
        verbose_name_plural = _("wordings of consents")
        ordering = ("kind", "-version")
        constraints = [models.UniqueConstraint(fields=["kind", "version"], name="consent_version_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.version}"


class Answer(models.Model):
    """What an application says to a question, in the version that was asked."""

    application = models.ForeignKey("members.Application", models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers")
    value = models.TextField(_("answer"), blank=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ("application", "question__position")
        constraints = [models.UniqueConstraint(fields=["application", "question"], name="one_answer_per_question")]

    def __str__(self) -> str:
        return self.value
