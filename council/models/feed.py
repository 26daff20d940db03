"""The calendar of closing times that a council member subscribes to."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models import SecretFeed
from alliance.common.triggers import frozen_fields


class DeadlineFeed(SecretFeed):
    """The secret address of a person's calendar of closing times."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("account"))

    class Meta:
        verbose_name = _("address of the closing times")
        verbose_name_plural = _("addresses of the closing times")
        ordering = ("-pk",)
        constraints = [models.UniqueConstraint(fields=["user"], condition=models.Q(revoked_at=None), name="one_live_deadline_feed_per_user")]
        triggers = [frozen_fields("token", "user_id", name="deadline_feed_is_fixed")]

    def __str__(self) -> str:
        return str(self.user)
