"""What can happen to money."""

from django.utils.translation import gettext_lazy as _

from alliance.common.audit import register_actions, register_sources

register_actions(
    {
        "invoice.issued": _("Payment notice issued"),
        "invoice.voided": _("Payment notice voided"),
        "invoice.settled": _("Payment notice settled"),
        "invoice.resent": _("Payment notice sent again"),
        "payment.recorded": _("Payment entered"),
        "payment.allocated": _("Payment booked"),
        "payment.released": _("Allocation undone"),
        "payment.reversed": _("Payment reversed"),
        "schedule.added": _("Fee schedule added"),
    }
)
register_sources({"setup": _("Setting up")})
