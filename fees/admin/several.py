"""One transfer that pays for several units, entered in one step."""

import uuid
from typing import Any

from django.contrib import messages
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliance.common.admin.workflow import WorkflowView
from alliance.common.clock import today
from alliance.common.money import format_money
from fees.forms.payments import SeveralUnitsForm
from fees.models import Payment
from fees.services.payments import Share, record_for_several


class RecordForSeveral(WorkflowView):
    """Enter the transfer and whose part is how much."""

    model: Any = Payment
    permission = "fees.record_payment"
    title = _("One transfer for several units")
    lead = _("Each unit gets a payment over its part, which pays what it owes, oldest first. The parts must come to the whole transfer.")
    button = _("Record the payments")
    form_class = SeveralUnitsForm

    def get_initial(self) -> dict[str, Any]:
        """Today."""
        return {"received_on": today(), "token": uuid.uuid4()}

    def perform_step(self, form: Any) -> None:
        """Record."""
        data = form.cleaned_data
        values = {name: data[name] for name in ("amount", "received_on", "payer_name", "remark", "bank_serial", "token")}
        made = record_for_several([Share(unit, amount) for unit, amount in data["shares"]], actor=self.request.user, **values)
        text = "、".join(f"{payment.institution} {format_money(payment.amount)}" for payment in made)
        messages.success(self.request, gettext("Recorded: %(payments)s.") % {"payments": text})
