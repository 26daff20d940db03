"""What the fees refuse, in words a person can act on."""

from django.utils.translation import gettext_lazy as _

from alliance.common.exceptions import DomainError


class NoSchedule(DomainError):
    """Nobody has said yet what membership costs in that year."""

    message = _("There is no fee schedule for this year, or it has no amount for the unit's tier. Set it first.")


class NothingToBill(DomainError):
    """The schedule's amounts are all zero."""

    message = _("By the fee schedule nothing is to be paid, so no payment notice is issued.")


class NotAwaitingPayment(DomainError):
    """A joining notice is only for a membership that waits for its first payment (R3)."""

    message = _("Only a membership that awaits its first payment gets a joining notice.")


class NotAMember(DomainError):
    """An annual fee is only for a membership in force."""

    message = _("Only an active or suspended membership is charged an annual fee.")


class HasMoney(DomainError):
    """Money has been allocated to it."""

    message = _("Money has been booked on this invoice. Release it first.")


class InvoiceIsVoid(DomainError):
    """Nothing can be paid on a void notice."""

    message = _("This payment notice is void.")


class TooMuch(DomainError):
    """More than is left of the payment or owed on the invoice."""

    message = _("The amount is more than is left of the payment, or more than is owed on the invoice.")
    field = "amount"


class NotPositive(DomainError):
    """Zero or less."""

    message = _("Enter an amount above zero, for example 5000.00.")
    field = "amount"


class ReceivedInFuture(DomainError):
    """A day that has not come yet."""

    message = _("The date lies in the future.")
    field = "received_on"


class KnownSerial(DomainError):
    """The bank's serial number has been entered already."""

    message = _("A payment with this serial number of the bank has been entered already.")
    field = "bank_serial"


class AlreadyReleased(DomainError):
    """Somebody else has undone it."""

    message = _("This allocation has been undone already.")


class NobodyToWriteTo(DomainError):
    """No liaison or finance contact has an address."""

    message = _("The unit has no liaison or finance contact with an e-mail address. Add one first.")


class AlreadySentToday(DomainError):
    """One copy a day is enough."""

    message = _("This payment notice has been sent to the unit's contacts today already.")


class PeriodClosed(DomainError):
    """The books are closed on that day."""

    message = _("The books are closed on this day. Use a later date, or let finance open the period again.")


class NeedsSecondPerson(DomainError):
    """Whoever proposes a large reduction does not approve it."""

    message = _("A reduction of this size must be approved by somebody else.")


class RefundWaits(DomainError):
    """Part of the payment waits to be given back."""

    message = _("A part of this payment waits to be given back. Transfer or refuse that refund first.")
