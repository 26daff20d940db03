"""Who may do what with money."""

from typing import Any

import rules

from alliance.common.permissions import staff_model_perms
from fees.models import Invoice
from members.rules import is_finance, is_liaison_of, is_secretariat, is_staff_member


@rules.predicate
def is_own_invoice(user: Any, invoice: Invoice | None) -> bool:
    """The invoice of a unit whose liaison the user is."""
    return invoice is not None and is_liaison_of(user, invoice.institution)


rules.add_perm("fees.read_invoice", is_own_invoice | is_staff_member)
rules.add_perm("fees.record_payment", is_finance | is_secretariat)
rules.add_perm("fees.void_invoice", is_finance | is_secretariat)
rules.add_perm("fees.reverse_payment", is_finance)
staff_model_perms("fees", "invoice", view=is_staff_member)
staff_model_perms("fees", "invoiceline", view=is_staff_member)
staff_model_perms("fees", "payment", view=is_staff_member)
staff_model_perms("fees", "allocation", view=is_staff_member)
staff_model_perms("fees", "feeschedule", view=is_staff_member, add=is_staff_member, change=is_staff_member)
staff_model_perms("fees", "tieramount", view=is_staff_member, add=is_staff_member, change=is_staff_member, delete=is_staff_member)
