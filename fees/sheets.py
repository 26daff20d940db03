"""Opening balances: what units owed, and what they had paid ahead, when the system took over from the old tables."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.common.clock import today
from alliance.common.models.sheets import RowOutcome
from alliance.common.money import money
from alliance.common.sheets.kinds import Column, Recorder, Row, SheetKind, Verdict, register_sheet
from fees.enums import LineKind, ReversalKind
from fees.models import Invoice, InvoiceLine, Payment
from fees.selectors.schedules import schedule_for
from fees.services.billing import issue_opening_balance
from fees.services.invoices import void_invoice
from fees.services.payments import record_payment
from fees.services.reversals import reverse_payment
from members.enums import MEMBERSHIP_OPEN
from members.models import Institution, Membership
from members.sheets.institutions import find_institution

OPENING = "期初余款"


def as_amount(text: str) -> Decimal | None:
    """An amount in yuan as tables have it; None for anything else."""
    cleaned = text.translate(str.maketrans("", "", ",，¥￥元 "))
    try:
        value = Decimal(cleaned) if cleaned and not any(c.isalpha() for c in cleaned) else None
    except InvalidOperation:
        return None
    return money(value) if value is not None and value.is_finite() and abs(value) < 10**8 else None


@register_sheet
class Balances(SheetKind):
    """A row is a unit's debt for one year, or its credit."""

    code: ClassVar[str] = "balances"
    label = gettext_lazy("Opening balances")
    permission: ClassVar[str] = "fees.record_payment"
    columns = (
        Column("institution", gettext_lazy("institution"), ("学校名称", "学校", "单位名称", "单位", "成员单位"), required=True),
        Column("year", gettext_lazy("year"), ("年度", "欠费年度", "会费年度")),
        Column("owed", gettext_lazy("owed"), ("欠费", "欠缴", "欠缴金额", "应缴")),
        Column("credit", gettext_lazy("credit"), ("余额", "预缴", "预缴金额", "多缴")),
    )

    def key(self, row: Row) -> str:
        """Unit and year; credit has no year."""
        return f"{row.get('institution')}|{row.get('year')}|{bool(row.get('owed'))}"

    def begin(self) -> None:
        """Nothing: each unit is asked for itself."""

    def judge(self, row: Row) -> Verdict:
        """Either owed for a year, or credit."""
        name = row.get("institution", "")
        institution, why = find_institution(name)
        if institution is None:
            return Verdict(RowOutcome.ERROR, name, why)
        owed, credit = as_amount(row.get("owed", "")), as_amount(row.get("credit", ""))
        if bool(owed) == bool(credit) or min(owed or 0, credit or 0) < 0:
            return Verdict(RowOutcome.ERROR, name, _("Give either what is owed or the credit, in yuan, above zero."))
        if credit:
            known = sum((p.left for p in Payment.objects.filter(institution=institution, remark=OPENING, mistaken=False)), Decimal(0))
            return self.compare(
                name, {"institution": institution.name, "credit": str(known)} if known else None, {"institution": institution.name, "credit": str(credit)}
            )
        return self._judge_debt(row, institution, owed or Decimal(0))

    def _judge_debt(self, row: Row, institution: Institution, owed: Decimal) -> Verdict:
        name, year = institution.name, row.get("year", "")
        if not year.isdecimal() or not 2018 <= int(year) <= today().year + 1:
            return Verdict(RowOutcome.ERROR, name, _("“%(text)s” is no year since 2018.") % {"text": year})
        membership = Membership.objects.filter(institution=institution, status__in=MEMBERSHIP_OPEN).first()
        if membership is None:
            return Verdict(RowOutcome.ERROR, name, _("%(name)s is no member.") % {"name": name})
        if schedule_for(int(year)) is None:
            return Verdict(RowOutcome.ERROR, name, _("There is no fee schedule for %(year)s.") % {"year": year})
        line = InvoiceLine.objects.filter(membership=membership, year=int(year), kind=LineKind.ANNUAL, live=True).select_related("invoice").first()
        if line is None:
            return Verdict(RowOutcome.NEW, f"{name} {year}")
        if line.invoice.owed == owed:
            return Verdict(RowOutcome.SAME, f"{name} {year}")
        return Verdict(RowOutcome.ERROR, f"{name} {year}", _("The notice %(number)s for this year says otherwise.") % {"number": line.invoice.number})

    def write(self, row: Row, recorder: Recorder, actor: Any) -> None:
        """A payment notice without a mail, or a payment."""
        institution, _why = find_institution(row["institution"])
        assert institution is not None
        if credit := as_amount(row.get("credit", "")):
            payment = record_payment(
                institution=institution, amount=credit, received_on=today(), payer_name=institution.name, remark=OPENING, actor=actor, use=False
            )
            recorder.made(payment)
            return
        membership = Membership.objects.get(institution=institution, status__in=MEMBERSHIP_OPEN)
        recorder.made(issue_opening_balance(membership, year=int(row["year"]), owed=as_amount(row["owed"]) or Decimal(0), actor=actor, on=today()))

    def undo_created(self, obj: models.Model, actor: Any) -> None:
        """Money is never deleted: the notice is voided, the payment reversed as a mistake."""
        if isinstance(obj, Invoice):
            void_invoice(obj, actor=actor, reason=_("Import undone"))
        elif isinstance(obj, Payment):
            reverse_payment(obj, actor=actor, reason=_("Import undone"), kind=ReversalKind.MISTAKE)

    def export(self) -> Iterable[Row]:
        """What is owed for each year, and opening credit that is left."""
        for line in InvoiceLine.objects.filter(kind=LineKind.ANNUAL, live=True, invoice__owed__gt=0).select_related("invoice__institution"):
            yield {"institution": line.invoice.institution.name, "year": str(line.year), "owed": str(line.invoice.owed), "credit": ""}
        for payment in Payment.objects.filter(remark=OPENING, left__gt=0).select_related("institution"):
            yield {"institution": payment.institution.name, "year": "", "owed": "", "credit": str(payment.left)}
