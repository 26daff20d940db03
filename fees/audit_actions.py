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
        "invoice.credited": _("Credit note issued"),
        "invoice.disputed": _("Payment notice disputed"),
        "invoice.undisputed": _("Dispute settled"),
        "run.drafted": _("Dues run drafted"),
        "run.issued": _("Dues run issued"),
        "run.voided": _("Dues run voided"),
        "adjustment.proposed": _("Reduction proposed"),
        "adjustment.approved": _("Reduction approved"),
        "adjustment.refused": _("Reduction refused"),
        "credit.proposed": _("Credit note asked for"),
        "credit.approved": _("Credit note approved"),
        "credit.refused": _("Credit note refused"),
        "refund.asked": _("Refund asked for"),
        "refund.approved": _("Refund approved"),
        "refund.refused": _("Refund refused"),
        "refund.paid": _("Refund transferred"),
        "voucher.reported": _("Transfer reported"),
        "voucher.confirmed": _("Reported transfer confirmed"),
        "voucher.dismissed": _("Reported transfer not used"),
        "dunning.paused": _("Reminders paused"),
        "period.closed": _("Books closed"),
        "period.reopened": _("Books opened again"),
        "statement.imported": _("Bank statement imported"),
        "line.booked": _("Line of a statement booked"),
        "line.recorded": _("Line of a statement: entered by hand before"),
        "line.set_aside": _("Line of a statement set aside"),
        "line.undone": _("Decision on a line taken back"),
        "layout.removed": _("Layout of a statement removed"),
        "learnt.removed": _("Habit of a payer removed"),
        "invoicing.changed": _("Invoicing data changed"),
        "fapiao.requested": _("Fapiao requested"),
        "fapiao.cancelled": _("Fapiao request cancelled"),
        "fapiao.exported": _("Exported for the tax bureau"),
        "fapiao.imported": _("Fapiao taken in"),
        "fapiao.file_added": _("File of a fapiao added"),
        "fapiao.attached": _("Fapiao issued to the unit"),
        "fapiao.reversed": _("Fapiao reversed"),
        "fapiao.closed": _("Fapiao reversed or void"),
        "fapiao.received": _("Fapiao received by the unit"),
        "schedule.added": _("Fee schedule added"),
    }
)
register_sources({"setup": _("Setting up"), "command": _("Command line")})
