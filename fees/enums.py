"""Kinds and states of fees."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LineKind(models.TextChoices):
    """What a line of an invoice is for."""

    ENTRY = "entry", _("Entry fee")
    ANNUAL = "annual", _("Annual fee")
    EVENT = "event", _("Event fee")


class InvoiceState(models.TextChoices):
    """Derived from money, never stored."""

    OPEN = "open", _("Open")
    PART_PAID = "part_paid", _("Part-paid")
    SETTLED = "settled", _("Settled")
    VOID = "void", _("Void")
