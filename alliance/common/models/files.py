"""Files that people upload or the system keeps: private, judged by content."""

import uuid

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.common.triggers import frozen_fields


def private_storage() -> Storage:
    """The storage outside the web root (a folder, or S3-compatible by setting)."""
    return storages["private"]


class StoredFile(models.Model):
    """A private file. Its name on disk is ours; the name it came with is only shown. Its owner decides who may read it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    content = models.FileField(_("file"), storage=private_storage, max_length=200)
    name = models.CharField(_("name"), max_length=200)
    mimetype = models.CharField(_("type"), max_length=120)
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    purpose = models.CharField(_("purpose"), max_length=60)
    owner_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+", null=True, blank=True)
    owner_id = models.CharField(max_length=64, blank=True)
    owner = GenericForeignKey("owner_type", "owner_id")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("uploaded by"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    erased_at = models.DateTimeField(
        _("bytes erased"), null=True, blank=True, editable=False, help_text=_("After its retention time: the row and its SHA-256 stay, the content is gone.")
    )

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ("-created_at",)
        indexes = [models.Index(fields=["owner_type", "owner_id"], name="stored_file_owner")]
        triggers = [frozen_fields("content", "mimetype", "size", "sha256", name="bytes_are_fixed")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The permission-checked download."""
        from django.urls import reverse

        return reverse("common:file", args=[self.pk])
