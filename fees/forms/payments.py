"""What people enter about money that came in or goes back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.common.money import format_money
from fees.enums import ReversalKind
from fees.forms.fields import AmountField, DayField, FoldedField
from fees.forms.units import NoticeField, UnitField


class ReasonForm(forms.Form):
    """Why."""

    reason = FoldedField(label=_("Reason"), max_length=200)


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

    institution = UnitField(label=_("Institution"))
    field_order = ("institution",)


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


class AllocateForm(forms.Form):
    """Which notice, how much."""

    amount = AmountField(label=_("Amount in yuan"))
    field_order = ("invoice", "amount")

    def __init__(self, *args: Any, invoices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["invoice"] = NoticeField(invoices, label=_("Payment notice"), help_text=_("Its number; suggestions name unit and amount."))
        self.order_fields(self.field_order)


class ConfirmForm(forms.Form):
    """As the bank has it."""

    received_on = DayField(label=_("Received on"))
    amount = AmountField(label=_("Amount in yuan"))
    payer_name = FoldedField(label=_("Payer"), max_length=120)
    bank_serial = FoldedField(label=_("Serial number of the bank"), max_length=60, required=False)


class RefundForm(ReasonForm):
    """What goes back, to whom."""

    amount = AmountField(label=_("Amount in yuan"))
    payee_name = FoldedField(label=_("To whom"), max_length=120, help_text=_("As a rule the account that the money came from."))
    payee_account = FoldedField(label=_("To which account"), max_length=40, required=False)
    field_order = ("amount", "payee_name", "payee_account", "reason")


class PayRefundForm(forms.Form):
    """The transfer as the bank shows it."""

    on = DayField(label=_("Transferred on"))
    bank_reference = FoldedField(label=_("Reference of the bank"), max_length=60)


class SeveralUnitsForm(PaymentForm):
    """One transfer that pays for several units: what it is, then how much of it is whose."""

    ROWS = 8

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["seen"]
        for number in range(1, self.ROWS + 1):
            self.fields[f"unit_{number}"] = UnitField(label=_("Unit %(number)s") % {"number": number}, required=number <= 2, brings=number == 1, help_text="")
            self.fields[f"share_{number}"] = AmountField(label=_("Its part in yuan (unit %(number)s)") % {"number": number}, required=number <= 2)

    def clean(self) -> dict[str, Any]:
        """Each unit once, each with its part, and the parts are the transfer."""
        data = super().clean() or {}
        rows = [(data.get(f"unit_{number}"), data.get(f"share_{number}"), number) for number in range(1, self.ROWS + 1)]
        seen: set[int] = set()
        for unit, share, number in rows:
            if self.has_error(f"unit_{number}") or self.has_error(f"share_{number}"):
                continue
            if unit is not None and unit.pk in seen:
                self.add_error(f"unit_{number}", _("This unit stands here already."))
            if unit is None and share is not None:
                self.add_error(f"unit_{number}", _("Whose part is this?"))
            if unit is not None and share is None:
                self.add_error(f"share_{number}", _("How much of the transfer is this unit's?"))
            if unit is not None:
                seen.add(unit.pk)
        chosen = [(unit, share) for unit, share, _number in rows if unit is not None and share is not None]
        total = sum(share for _unit, share in chosen)
        if not self.errors and total != data["amount"]:
            text = _("The parts come to %(sum)s, the transfer is %(amount)s.")
            self.add_error("amount", text % {"sum": format_money(total), "amount": format_money(data["amount"])})
        data["shares"] = chosen
        return data
