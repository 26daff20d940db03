"""Imports of spreadsheets: the file, how its columns were read, what became of each row, and what it takes to undo it."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.models.base import TimestampedModel
from alliance.common.transitions import transitions_trigger


class SheetState(models.TextChoices):
    """Where an import stands."""

    MAPPING = "mapping", _("Columns to be named")
    PREVIEW = "preview", _("Preview")
    APPLIED = "applied", _("Taken over")
    UNDONE = "undone", _("Undone")


class RowOutcome(models.TextChoices):
    """The verdict on a row."""

    NEW = "new", _("New")
    CHANGE = "change", _("Changed")
    SAME = "same", _("Same")
    ERROR = "error", _("Error")


S = SheetState
SHEET_TRANSITIONS = {S.MAPPING: {S.PREVIEW}, S.PREVIEW: {S.MAPPING, S.APPLIED}, S.APPLIED: {S.UNDONE}, S.UNDONE: set()}


class SheetImport(TimestampedModel):
    """One file on its way into the register."""

    TRANSITIONS = SHEET_TRANSITIONS

    kind = models.CharField(_("kind"), max_length=40)
    file = models.ForeignKey("common.StoredFile", models.PROTECT, related_name="+", verbose_name=_("file"))
    state = models.CharField(_("state"), max_length=10, choices=SheetState.choices, default=SheetState.MAPPING)
    header_row = models.PositiveIntegerField(_("header row"), default=0)
    header = models.JSONField(_("header"), default=list)
    mapping = models.JSONField(_("columns"), default=dict, help_text=_("Our column to the number of theirs."))
    counts = models.JSONField(_("result"), default=dict)
    only_good = models.BooleanField(_("rows with errors left out"), default=False)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("started by"))
    applied_at = models.DateTimeField(_("taken over"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta:
        verbose_name = _("import of a spreadsheet")
        verbose_name_plural = _("imports of spreadsheets")
        ordering = ("-pk",)
        triggers = [transitions_trigger("state", SHEET_TRANSITIONS, name="state_transitions")]

    def __str__(self) -> str:
        return self.file.name


class SheetRow(models.Model):
    """A row's verdict, shown before and kept after."""

    run = models.ForeignKey(SheetImport, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    outcome = models.CharField(_("verdict"), max_length=10, choices=RowOutcome.choices)
    label = models.CharField(_("about"), max_length=200)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    changes = models.JSONField(_("changes"), default=dict)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        ordering = ("run", "number")
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="one_verdict_per_row")]

    def __str__(self) -> str:
        return f"{self.number}: {self.label}"


class SheetChange(models.Model):
    """One record that an import made or changed, with the values before and after: the way back."""

    run = models.ForeignKey(SheetImport, models.CASCADE, related_name="changes")
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.CharField(max_length=64)
    target = GenericForeignKey("content_type", "object_id")
    created = models.BooleanField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("change by an import")
        verbose_name_plural = _("changes by imports")
        ordering = ("run", "pk")

    def __str__(self) -> str:
        return f"{self.content_type} {self.object_id}"


class SheetMapping(TimestampedModel):
    """How columns of a header were named the last time."""

    kind = models.CharField(_("kind"), max_length=40)
    signature = models.CharField(max_length=64)
    mapping = models.JSONField(_("columns"))

    class Meta:
        verbose_name = _("remembered columns")
        verbose_name_plural = _("remembered columns")
        constraints = [models.UniqueConstraint(fields=["kind", "signature"], name="one_mapping_per_header")]

    def __str__(self) -> str:
        return f"{self.kind} {self.signature[:8]}"
