"""Kinds and states of what is owed and paid."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class InvoicePurpose(models.TextChoices):
    """Why an invoice was issued."""

    JOINING = "joining", _("Joining the alliance")
    ANNUAL = "annual", _("Annual fee")
    EVENT = "event", _("Event fee")


class LineKind(models.TextChoices):
    """What a line of an invoice is for."""

    ENTRY = "entry", _("Entry fee")
    ANNUAL = "annual", _("Annual fee")
    EVENT = "event", _("Event fee")


class InvoiceState(models.TextChoices):
    """Where an invoice stands. The database derives it from the money; nobody sets it."""

    OPEN = "open", pgettext_lazy("invoice", "Open")
    PART_PAID = "part_paid", _("Part-paid")
    SETTLED = "settled", _("Settled")
    VOID = "void", pgettext_lazy("state of an invoice", "Void")


UNSETTLED = frozenset({InvoiceState.OPEN, InvoiceState.PART_PAID})


class ReversalKind(models.TextChoices):
    """Why money that had come in went back, or never was there."""

    RETURNED = "returned", _("Transfer returned by the bank")
    REFUND = "refund", _("Refund to the payer")
    MISTAKE = "mistake", _("Entered by mistake")
