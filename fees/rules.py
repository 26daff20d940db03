"""Who may do what with money."""

from typing import Any

import rules

from alliance.common.permissions import staff_model_perms
from fees.models import Invoice
from members.rules import is_finance, is_liaison_of, is_secretariat, is_staff_member

# The secretariat issues and chases, finance books; either can stand in for the other. Only finance sends money back.
is_fee_manager = is_finance | is_secretariat


@rules.predicate
def is_own_invoice(user: Any, invoice: Invoice | None) -> bool:
    """The invoice of a unit whose liaison the user is."""
    return invoice is not None and is_liaison_of(user, invoice.institution)


@rules.predicate
def is_own_account(user: Any, institution: Any) -> bool:
    """The account of a unit whose liaison the user is."""
    return institution is not None and is_liaison_of(user, institution)


rules.add_perm("fees.read_invoice", is_own_invoice | is_staff_member)
rules.add_perm("fees.read_account", is_own_account | is_staff_member)
rules.add_perm("fees.record_payment", is_fee_manager)
rules.add_perm("fees.resend_invoice", is_fee_manager)
rules.add_perm("fees.void_invoice", is_fee_manager)
rules.add_perm("fees.run_dues", is_fee_manager)
rules.add_perm("fees.import_statement", is_fee_manager)
rules.add_perm("fees.adjust", is_fee_manager)
rules.add_perm("fees.credit_invoice", is_finance)
rules.add_perm("fees.close_period", is_finance)
rules.add_perm("fees.read_reports", is_staff_member)
rules.add_perm("fees.reverse_payment", is_finance)
for record in (
    "invoice",
    "invoiceline",
    "payment",
    "allocation",
    "reversal",
    "refund",
    "creditproposal",
    "duesrun",
    "adjustment",
    "creditnote",
    "voucher",
    "closedperiod",
    "bankstatement",
    "statementline",
    "statementlayout",
    "learnt",
):
    staff_model_perms("fees", record, view=is_staff_member)
staff_model_perms("fees", "feeschedule", view=is_staff_member, add=is_fee_manager, change=is_fee_manager)
staff_model_perms("fees", "tieramount", view=is_staff_member, add=is_fee_manager, change=is_fee_manager, delete=is_fee_manager)
staff_model_perms("fees", "dunningpause", view=is_staff_member, change=is_fee_manager)
staff_model_perms("fees", "dunningtext", view=is_staff_member, add=is_fee_manager, change=is_fee_manager, delete=is_fee_manager)
staff_model_perms("fees", "quietperiod", view=is_staff_member, add=is_fee_manager, change=is_fee_manager, delete=is_fee_manager)
staff_model_perms("fees", "ledgeraccount", view=is_staff_member, change=is_finance)


@rules.predicate
def is_own_voucher(user: Any, voucher: Any) -> bool:
    """The voucher of a unit whose liaison the user is."""
    return voucher is not None and is_liaison_of(user, voucher.institution)


rules.add_perm("fees.read_voucher", is_own_voucher | is_staff_member)


@rules.predicate
def is_own_fapiao(user: Any, fapiao: Any) -> bool:
    """A fapiao of a unit whose liaison the user is."""
    return fapiao is not None and fapiao.request is not None and is_liaison_of(user, fapiao.request.institution)


rules.add_perm("fees.read_fapiao", is_own_fapiao | is_staff_member)
rules.add_perm("fees.handle_fapiaos", is_fee_manager)
for record in ("fapiao", "fapiaorequest"):
    staff_model_perms("fees", record, view=is_staff_member)
staff_model_perms("fees", "fapiaosetting", view=is_staff_member, add=is_finance, change=is_finance)
