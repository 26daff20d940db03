"""Whom one writes to: conditions with a name, to be used again."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models import TimestampedModel


@pghistory.track()
class Audience(TimestampedModel):
    """Conditions, and who is added or left out by hand. Who it is today is always asked anew; a mailing keeps its own list (Release)."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    # As notices/selectors/audiences.py reads them.
    conditions = models.JSONField(_("conditions"), default=dict, blank=True)

    class Meta:
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
