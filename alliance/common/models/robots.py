"""Robots of chat groups (企业微信, 钉钉, 飞书) that repeat what the alliance says; optional."""

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models.base import TimestampedModel
from alliance.common.transitions import transitions_trigger


class RobotKind(models.TextChoices):
    """Whose robot."""

    WECOM = "wecom", _("WeCom (企业微信)")
    DINGTALK = "dingtalk", _("DingTalk (钉钉)")
    FEISHU = "feishu", _("Feishu (飞书)")


class RobotEvent(models.TextChoices):
    """What it may be told."""

    NOTICE = "notice", _("Official notices")
    TROUBLE = "trouble", _("Every morning, if mails or tasks wait for somebody")


def check_robot_url(url: str) -> None:
    """Only the services' own hosts: the server must not be made to call another one."""
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    if (parts.scheme, parts.hostname) not in {(scheme, host) for scheme, host in settings.ROBOT_HOSTS}:
        raise ValidationError(_("This is not an address of a group robot of WeCom, DingTalk or Feishu."))


@pghistory.track(exclude=["secret", "url", "updated_at"])
class Robot(TimestampedModel):
    """One robot in one group. Its address and its secret are keys: they are shown to nobody after saving."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    kind = models.CharField(_("service"), max_length=10, choices=RobotKind.choices)
    url = models.CharField(_("webhook address"), max_length=500, validators=[check_robot_url])
    secret = models.CharField(_("signing secret"), max_length=200, blank=True, help_text=_("DingTalk and Feishu sign with it. WeCom has none."))
    topics = ArrayField(models.CharField(max_length=10, choices=RobotEvent.choices), verbose_name=_("is told of"), default=list, blank=True)
    is_active = models.BooleanField(_("on"), default=True)

    class Meta:
        verbose_name = _("group robot")
        verbose_name_plural = _("group robots")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class PostState(models.TextChoices):
    """Where a post stands."""

    WAITING = "waiting", _("Waiting")
    POSTING = "posting", _("Being posted")
    SENT = "sent", _("Posted")
    FAILED = "failed", _("Failed")


P = PostState
TRANSITIONS = {P.WAITING: {P.POSTING}, P.POSTING: {P.SENT, P.WAITING, P.FAILED}, P.FAILED: {P.WAITING}, P.SENT: set()}


class RobotPost(TimestampedModel):
    """One text for one robot; unique by its key, so that nothing is said twice."""

    TRANSITIONS = TRANSITIONS

    robot = models.ForeignKey(Robot, models.CASCADE, related_name="posts", verbose_name=_("group robot"))
    key = models.CharField(_("key"), max_length=200)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"))
    state = models.CharField(_("state"), max_length=10, choices=PostState.choices, default=PostState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), auto_now_add=True)
    posted_at = models.DateTimeField(_("posted"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("post of a robot")
        verbose_name_plural = _("posts of robots")
        ordering = ("-pk",)
        constraints = [models.UniqueConstraint(fields=["robot", "key"], name="robot_says_it_once")]
        triggers = [transitions_trigger("state", TRANSITIONS, initial={P.WAITING})]

    def __str__(self) -> str:
        return f"{self.robot}: {self.title}"
