"""Fapiaos: what units ask for, what finance has issued, and how it is described."""

from typing import TYPE_CHECKING

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.common.models import TimestampedModel
from alliance.common.transitions import transitions_trigger
from alliance.common.triggers import frozen_fields, never_deleted
from fees import triggers
from fees.enums import REQUEST_TRANSITIONS, FapiaoRequestState
from members.enums import InvoiceType

if TYPE_CHECKING:
    from alliance.common.models import StoredFile


@pghistory.track()
class FapiaoSetting(TimestampedModel):
    """How the fee stands on a fapiao from a day on. Empty until finance says so; nothing is guessed."""

    effective_from = models.DateField(_("in force from"), unique=True)
    item_name = models.CharField(_("item"), max_length=100, help_text=_("As on the fapiao, for example *现代服务*会员费; finance decides."))
    tax_code = models.CharField(_("tax classification code"), max_length=19)
    rate = models.DecimalField(_("rate"), max_digits=5, decimal_places=4, help_text=_("0.03 for 3 %; 0 for exempt."))
    days_to_issue = models.PositiveSmallIntegerField(
        _("days to issue"),
        default=10,
        help_text=_("A request that is older stands in finance's queue of late ones. The system's default, not the alliance's rule."),
    )
    days_to_pay = models.PositiveSmallIntegerField(
        _("days to pay after a fapiao before payment"),
        default=60,
        help_text=_("Later it stands in finance's queue. The system's default, not the alliance's rule."),
    )

    class Meta:
        verbose_name = _("description on fapiaos")
        verbose_name_plural = _("descriptions on fapiaos")
        ordering = ("-effective_from",)
        constraints = [models.CheckConstraint(condition=Q(rate__gte=0, rate__lt=1), name="fapiao_rate_is_a_share")]

    def __str__(self) -> str:
        return f"{self.effective_from} {self.item_name}"


@pghistory.track()
class InvoicingData(TimestampedModel):
    """What stands on a unit's fapiaos (抬头、税号…), kept by the unit (R8); each request begins with it."""

    institution = models.OneToOneField("members.Institution", models.PROTECT, related_name="invoicing_data", verbose_name=_("institution"))
    title = models.CharField(_("invoice title"), max_length=120)
    tax_number = models.CharField(_("taxpayer number"), max_length=20)
    kind = models.CharField(_("kind of invoice"), max_length=10, choices=InvoiceType.choices, default=InvoiceType.ORDINARY)
    address_phone = models.CharField(_("address and telephone"), max_length=200, blank=True)
    bank_account = models.CharField(_("bank and account"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail for the invoice"))
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("changed by"))

    class Meta:
        verbose_name = _("invoicing data of a unit")
        verbose_name_plural = _("invoicing data of units")
        ordering = ("institution__name",)
        constraints = [models.CheckConstraint(condition=~Q(title="") & ~Q(tax_number=""), name="invoicing_data_names_buyer")]
        triggers = [never_deleted()]

    def __str__(self) -> str:
        return f"{self.title} {self.tax_number}"


@pghistory.track()
class FapiaoRequest(TimestampedModel):
    """A unit asks for a fapiao over one notice or several, before or after it has paid."""

    TRANSITIONS = REQUEST_TRANSITIONS

    institution = models.ForeignKey("members.Institution", models.PROTECT, related_name="fapiao_requests", verbose_name=_("institution"))
    invoices = models.ManyToManyField("fees.Invoice", related_name="fapiao_requests", verbose_name=_("payment notices"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    title = models.CharField(_("invoice title"), max_length=120)
    tax_number = models.CharField(_("taxpayer number"), max_length=20)
    kind = models.CharField(_("kind of invoice"), max_length=10, choices=InvoiceType.choices, default=InvoiceType.ORDINARY)
    address_phone = models.CharField(_("address and telephone"), max_length=200, blank=True)
    bank_account = models.CharField(_("bank and account"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail for the invoice"))
    remark = models.CharField(_("remark on the fapiao"), max_length=100, blank=True)
    before_payment = models.BooleanField(_("fapiao before payment"), default=False)
    question = models.CharField(_("to be asked"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=FapiaoRequestState.choices, default=FapiaoRequestState.OPEN)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("requested by"))
    received_at = models.DateTimeField(_("received by the unit"), null=True, blank=True)

    class Meta:
        verbose_name = _("fapiao request")
        verbose_name_plural = _("fapiao requests")
        ordering = ("-pk",)
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="fapiao_request_positive")]
        triggers = [transitions_trigger("state", REQUEST_TRANSITIONS, initial={FapiaoRequestState.OPEN}), never_deleted()]

    def __str__(self) -> str:
        return f"{self.title} {self.amount}"


@pghistory.track()
class Fapiao(TimestampedModel):
    """A fapiao that was issued in the tax bureau's system, as its file says. The original bytes hang on it."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    net = models.DecimalField(_("amount without tax"), max_digits=12, decimal_places=2, null=True, blank=True)
    tax = models.DecimalField(_("tax"), max_digits=12, decimal_places=2, null=True, blank=True)
    total = models.DecimalField(pgettext_lazy("amount", "total"), max_digits=12, decimal_places=2)
    buyer_name = models.CharField(_("buyer"), max_length=200, blank=True)
    buyer_tax_number = models.CharField(_("buyer's taxpayer number"), max_length=20, blank=True)
    seller_name = models.CharField(_("seller"), max_length=200, blank=True)
    is_red = models.BooleanField(_("red-letter"), default=False)
    red_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reversed_by", verbose_name=_("reverses"))
    is_closed = models.BooleanField(_("reversed or void"), default=False, help_text=_("By a red-letter fapiao over all of it, or by the bureau's summary."))
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    request = models.ForeignKey(FapiaoRequest, models.PROTECT, null=True, blank=True, related_name="fapiaos", verbose_name=_("request"))
    read_by = models.CharField(_("read by"), max_length=10)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("imported by"))

    class Meta:
        verbose_name = _("fapiao")
        verbose_name_plural = _("fapiaos")
        ordering = ("-issued_on", "-pk")
        constraints = [
            models.CheckConstraint(condition=Q(number__regex=r"^(\d{8}|\d{20})$"), name="fapiao_number_has_20_digits"),
            models.CheckConstraint(condition=Q(red_of=None) | Q(is_red=True), name="only_red_ones_reverse"),
            models.CheckConstraint(condition=Q(red_of=None) | ~Q(red_of=F("id")), name="fapiao_reverses_another"),
        ]
        triggers = [
            # What its XML says stands. What was read from less is completed by the XML, but an amount that a request relies on never changes.
            frozen_fields(
                "number", "issued_on", "net", "tax", "total", "buyer_name", name="fapiao_is_as_issued",
                condition="OLD.read_by = 'xml' OR OLD.number IS DISTINCT FROM NEW.number OR (OLD.request_id IS NOT NULL AND OLD.total IS DISTINCT FROM NEW.total)",
            ),
            never_deleted(),
            triggers.red_ones_within_the_first(),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number} {self.buyer_name}"

    @property
    def files(self) -> list["StoredFile"]:
        """Its files, oldest first."""
        from django.contrib.contenttypes.models import ContentType

        from alliance.common.models import StoredFile

        kind = ContentType.objects.get_for_model(Fapiao)
        return list(StoredFile.objects.filter(owner_type=kind, owner_id=str(self.pk)).order_by("created_at"))
