"""What people enter about money."""

import datetime as dt
import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from alliance.common.clock import today
from fees.enums import FapiaoRequestState, ReversalKind
from fees.models import FapiaoRequest, Invoice
from fees.selectors.fapiaos import known_titles
from members.credit_codes import doubt, tidy
from members.enums import InvoiceType
from members.forms.fields import FoldedEmailField
from members.models import Institution
from members.names import normalise

# Signs that people and banks write around an amount; NFKC has already turned full-width digits, points and commas into plain ones.
FOUNDED = dt.date(2018, 10, 1)
AROUND = str.maketrans("", "", ",， ¥￥元\u00a0")


def folded(value: Any) -> Any:
    """Text with full-width characters made plain and without space around it; anything else as it is."""
    return unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else value


def parse_day(text: str) -> dt.date | None:
    """A date from an address, or None for what is none."""
    try:
        return parse_date(text)
    except ValueError:
        return None


class FoldedField(forms.CharField):
    """Text in which full-width letters and digits are as good as plain ones."""

    def to_python(self, value: Any) -> str:
        """Fold, then as ever."""
        return super().to_python(folded(value))


class AmountField(forms.DecimalField):
    """Yuan above zero: full-width digits, thousands separators and a yuan sign are understood."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_digits=12, decimal_places=2, min_value=Decimal("0.01"), widget=widget, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        """Fold, strip, read."""
        text = folded(value)
        if isinstance(text, str):
            text = text.translate(AROUND)
            if any(c.isalpha() for c in text):
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text)


class DayField(forms.DateField):
    """A day, not after today."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def to_python(self, value: Any) -> dt.date | None:
        """Full-width digits too."""
        return super().to_python(folded(value))

    def validate(self, value: dt.date | None) -> None:
        """Money does not come tomorrow."""
        super().validate(value)
        if value and value > today():
            raise forms.ValidationError(_("The date lies in the future."))
        if value and value < FOUNDED:
            raise forms.ValidationError(_("The date lies before the alliance was founded."))


class PaymentForm(forms.Form):
    """A transfer as it stands on the bank statement."""

    received_on = DayField(label=_("Received on"))
    amount = AmountField(label=_("Amount in yuan"))
    payer_name = FoldedField(label=_("Payer"), max_length=120, help_text=_("The account holder, as the bank names it."))
    remark = FoldedField(label=_("Remark"), max_length=200, required=False)
    bank_serial = FoldedField(
        label=_("Serial number of the bank"),
        max_length=60,
        required=False,
        help_text=_("If the statement has one: it keeps a payment from being entered twice."),
    )
    token = forms.UUIDField(widget=forms.HiddenInput)
    # The amount whose use the person has seen; another amount is shown again before it is recorded.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class UnitPaymentForm(PaymentForm):
    """A transfer of a unit, without starting from one of its notices."""

    institution = forms.ModelChoiceField(label=_("Institution"), queryset=Institution.objects.none())
    field_order = ("institution",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["institution"].queryset = Institution.objects.filter(memberships__isnull=False).distinct().order_by("name")  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why."""

    reason = FoldedField(label=_("Reason"), max_length=200)


class ReversalForm(ReasonForm):
    """Money that went back."""

    kind = forms.ChoiceField(label=_("What happened"), choices=ReversalKind.choices)
    on = DayField(label=_("Date"))
    amount = AmountField(label=_("Amount in yuan"), required=False, help_text=_("Empty: the whole payment."))
    suspend = forms.BooleanField(
        label=_("Let the membership rest if its joining notice is owed again"), required=False,
        help_text=_("A person reinstates it when the money has come."),
    )  # fmt: skip
    field_order = ("kind", "on", "amount", "reason", "suspend")


class VoucherForm(forms.Form):
    """A transfer as the unit reports it."""

    paid_on = DayField(label=_("Transferred on"))
    amount = AmountField(label=_("Amount in yuan"))
    payer_name = FoldedField(label=_("Payer"), max_length=120, help_text=_("The account holder, as the bank names it."))
    remark = FoldedField(label=_("Remark"), max_length=200, required=False, help_text=_("As you wrote it on the transfer."))
    file = forms.FileField(
        label=_("Voucher"), required=False, help_text=_("Photo or scan on which the remark can be read. PDF, JPG or PNG."),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
    )  # fmt: skip


class FapiaoForm(forms.Form):
    """For which notices, and what stands on the fapiao."""

    invoices = forms.ModelMultipleChoiceField(Invoice.objects.none(), label=_("Payment notices"), widget=forms.CheckboxSelectMultiple)
    title = FoldedField(label=_("Invoice title"), max_length=120)
    tax_number = FoldedField(label=_("Taxpayer number"), max_length=20, help_text=_("The unified social credit code."))
    kind = forms.ChoiceField(label=_("Kind of invoice"), choices=InvoiceType.choices, widget=forms.RadioSelect)
    address_phone = FoldedField(
        label=_("Address and telephone"), max_length=200, required=False, help_text=_("Needed for a special VAT invoice. A space before the number.")
    )
    bank_account = FoldedField(
        label=_("Bank and account"), max_length=200, required=False, help_text=_("Needed for a special VAT invoice. A space before the number.")
    )
    email = FoldedEmailField(label=_("E-mail for the invoice"))
    remark = FoldedField(label=_("Remark on the fapiao"), max_length=100, required=False)
    title_is_right = forms.BooleanField(label=_("The title is right although it is neither our unit's name nor that of the payer"), required=False)

    def __init__(self, *args: Any, institution: Institution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.institution = institution
        taken = FapiaoRequest.objects.filter(institution=institution).exclude(state=FapiaoRequestState.CANCELLED).values("invoices")
        free = Invoice.objects.filter(institution=institution, voided_at=None).exclude(pk__in=taken).order_by("due_on")
        self.fields["invoices"].queryset = free  # type: ignore[attr-defined]

    def clean_tax_number(self) -> str:
        """The code in its plain form, with its check digit."""
        value = tidy(self.cleaned_data["tax_number"])
        if why := doubt(value):
            raise forms.ValidationError(why)
        return value

    def clean(self) -> dict[str, Any]:
        """A special VAT invoice shows address and bank. A title that is neither the unit's nor a payer's is asked for once."""
        data = super().clean() or {}
        title, chosen = data.get("title"), data.get("invoices")
        if title and chosen is not None and not data.get("title_is_right") and normalise(title) not in known_titles(self.institution, list(chosen)):
            self.add_error("title_is_right", _("“%(title)s” is neither your unit's name nor that of a payer. Correct it, or tick here.") % {"title": title})
        if data.get("kind") == InvoiceType.SPECIAL:
            for name in ("address_phone", "bank_account"):
                if not data.get(name):
                    self.add_error(name, _("Needed for a special VAT invoice."))
        return data
