"""Extra questions of a meeting as data, and their answers, which are deleted some days after it."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel
from alliance.common.text import lines
from alliance.common.triggers import frozen_fields
from meetings.enums import Topic
from members.enums import QuestionKind


@pghistory.track()
class MeetingQuestion(TimestampedModel):
    """Something asked of each participant; never a condition of taking part."""

    meeting = models.ForeignKey("meetings.Meeting", models.CASCADE, related_name="questions", verbose_name=_("meeting"))
    topic = models.CharField(_("about"), max_length=8, choices=Topic.choices, default=Topic.OTHER)
    text = models.CharField(_("question"), max_length=200)
    help = models.CharField(_("hint"), max_length=300, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=QuestionKind.choices, default=QuestionKind.SHORT)
    choices = models.TextField(_("choices"), blank=True, help_text=_("One on each line, for “one of several”."))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("extra question")
        verbose_name_plural = _("extra questions")
        ordering = ("meeting", "position", "pk")
        triggers = [frozen_fields("meeting_id", name="question_belongs")]

    def __str__(self) -> str:
        return self.text

    @property
    def options(self) -> list[str]:
        """The lines of `choices`."""
        return lines(self.choices)


class RegistrationAnswer(models.Model):
    """What a participant answered, with consent. No history is kept, so that deleting it deletes it."""

    registration = models.ForeignKey("meetings.Registration", models.CASCADE, related_name="answers", verbose_name=_("registration"))
    question = models.ForeignKey(MeetingQuestion, models.CASCADE, related_name="answers", verbose_name=_("question"))
    value = models.CharField(_("answer"), max_length=1000)

    class Meta:
        verbose_name = _("answer of a participant")
        verbose_name_plural = _("answers of participants")
        ordering = ("registration", "question__position", "pk")
        constraints = [models.UniqueConstraint(fields=["registration", "question"], name="one_answer_of_a_participant")]

    def __str__(self) -> str:
        return self.value
