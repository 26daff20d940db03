"""The log of the domain: who did what, when, to which records. Append-only by trigger."""

import pgtrigger
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from alliance.common.triggers import append_only


class LogEntry(models.Model):
    """One thing that happened. Made only by `alliance.common.audit.record`."""

    action = models.CharField(_("action"), max_length=80, db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person"))
    source = models.CharField(_("source"), max_length=120, blank=True, help_text=_("The task, import or page when no person acted."))
    ip_address = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    data = models.JSONField(_("details"), default=dict, blank=True)
    occurred_at = models.DateTimeField(_("time"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("log entry")
        verbose_name_plural = _("audit log")
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=models.Q(actor__isnull=False) | ~models.Q(source=""), name="log_entry_names_actor_or_source"),
        ]
        indexes = [models.Index(fields=["-occurred_at"], name="log_entry_by_time")]
        triggers = [
            *append_only(),
            # The statement's own clock: two steps of one transaction keep their order and nobody can back-date an entry.
            pgtrigger.Trigger(
                name="own_clock",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="NEW.occurred_at = clock_timestamp(); RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The action in the reader's language."""
        from alliance.common.audit import label_of

        return label_of(self.action)

    @property
    def detail(self) -> str:
        """Numbers, names and amounts that belong to the label."""
        from alliance.common.audit import detail_of

        return detail_of(self.data)

    @property
    def who(self) -> str:
        """The person's name, or the source in the reader's language."""
        from alliance.common.audit import source_label

        return str(self.actor) if self.actor_id else source_label(self.source)


class LogSubject(models.Model):
    """A record that an entry is about; an entry shows in the timeline of each."""

    entry = models.ForeignKey(LogEntry, models.PROTECT, related_name="subjects")
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.CharField(max_length=64)
    subject = GenericForeignKey("content_type", "object_id")

    class Meta:
        verbose_name = _("record of a log entry")
        verbose_name_plural = _("records of log entries")
        constraints = [models.UniqueConstraint(fields=["content_type", "object_id", "entry"], name="log_subject_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.content_type}:{self.object_id}"
