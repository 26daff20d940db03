"""What participants are asked after a meeting, and what they said."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel
from alliance.common.text import lines
from alliance.common.triggers import frozen_fields
from meetings.enums import AnswerKind

# A question that has been answered keeps its meaning: another question is a new row.
ANSWERED = "EXISTS (SELECT 1 FROM meetings_feedbackanswer WHERE question_id = OLD.id)"


@pghistory.track()
class FeedbackQuestion(TimestampedModel):
    """A question, for one meeting or (without a meeting) for all."""

    meeting = models.ForeignKey(
        "meetings.Meeting",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="feedback_questions",
        verbose_name=_("meeting"),
        help_text=_("Empty: asked after every meeting."),
    )
    text = models.CharField(_("question"), max_length=200)
    kind = models.CharField(_("kind"), max_length=8, choices=AnswerKind.choices, default=AnswerKind.SCALE)
    choices = models.TextField(_("choices"), blank=True, help_text=_("One a line, for “one of several”."))
    required = models.BooleanField(_("must be answered"), default=False)
    active = models.BooleanField(_("is asked"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("feedback question")
        verbose_name_plural = _("feedback questions")
        ordering = ("position", "pk")
        constraints = [models.CheckConstraint(condition=~models.Q(kind=AnswerKind.CHOICE) | ~models.Q(choices=""), name="a_choice_has_choices")]
        triggers = [frozen_fields("meeting_id", "text", "kind", "choices", name="answered_questions_are_fixed", condition=ANSWERED)]

    def __str__(self) -> str:
        return self.text

    @property
    def options(self) -> list[str]:
        """The choices, one a line."""
        return lines(self.choices)


class FeedbackResponse(TimestampedModel):
    """One participant's form, once for each place; shown to staff without the name."""

    registration = models.OneToOneField("meetings.Registration", models.PROTECT, related_name="feedback", verbose_name=_("registration"))

    class Meta:
        verbose_name = _("feedback")
        verbose_name_plural = _("feedback")

    def __str__(self) -> str:
        return f"{self.pk}"


class FeedbackAnswer(models.Model):
    """One answer: a number from 1 to 5, yes (1) or no (0), or a text."""

    response = models.ForeignKey(FeedbackResponse, models.CASCADE, related_name="answers")
    question = models.ForeignKey(FeedbackQuestion, models.PROTECT, related_name="answers")
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    text = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["response", "question"], name="one_feedback_answer_per_question"),
            models.CheckConstraint(condition=models.Q(number=None) | models.Q(number__lte=5), name="at_most_five"),
        ]

    def __str__(self) -> str:
        return self.text or str(self.number)
