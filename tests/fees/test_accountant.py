"""The accountant's script: awkward cases, each named in words, with the books they must end in, to the fen.

`books` is what is owed, received in advance, income and cash. After each case check_books is empty, every journal balances, and
cash + receivables = advances + income.
"""

import datetime as dt
from decimal import Decimal

import pytest

from alliance.common.exceptions import InvalidTransition
from fees.exceptions import HasMoney, InvoiceIsVoid, KnownSerial, NothingToBill, NotPositive, PeriodClosed, ReceivedInFuture, TooMuch
from fees.models import Invoice, Payment
from fees.services.adjustments import AlreadyReduced, propose_adjustment, refuse_adjustment
from fees.services.billing import issue_opening_balance
from fees.services.dues import void_run
from members.models import Membership, MembershipTier
from members.services.memberships import change_tier, end_membership, reinstate_membership, suspend_membership
from tests.factories.members import TierFactory
from tests.fees.accountant import Desk, day, travelling

pytestmark = pytest.mark.django_db
CASES = []


def case(name, *, owed="0.00", advance="0.00", income="0.00", cash="0.00"):
    """Register a case: its name in words and its expected books."""

    def register(function):
        CASES.append(pytest.param(function, (owed, advance, income, cash), id=name))
        return function

    return register


def states():
    """The states of all notices, in the order of their numbers."""
    return [str(invoice.state) for invoice in Invoice.objects.order_by("year", "sequence")]


def owed_each():
    """What is owed on each notice, in the order of their numbers."""
    return [str(invoice.owed) for invoice in Invoice.objects.order_by("year", "sequence")]


# Joining


@case("joins on 1 January: entry fee and the whole year", owed="5000.00", income="5000.00")
def _(d):
    d.joining("2026-01-01")


@case("joins on 31 December under the rule 'the whole year'", owed="5000.00", income="5000.00")
def _(d):
    d.joining("2026-12-31")


@case("joins on 31 March by quarters: the first quarter still counts whole", owed="5000.00", income="5000.00")
def _(d):
    d.rules(late_joining="quarters")
    d.joining("2026-03-31")


@case("joins on 1 April by quarters: three are left", owed="4500.00", income="4500.00")
def _(d):
    d.rules(late_joining="quarters")
    d.joining("2026-04-01")


@case("joins on 1 October by quarters: one is left", owed="3500.00", income="3500.00")
def _(d):
    d.rules(late_joining="quarters")
    d.joining("2026-10-01")


@case("an amount that quarters do not divide is rounded to the fen, half a fen up", owed="833.33", income="833.33")
def _(d):
    d.tier("odd", "3333.33")
    d.rules(late_joining="quarters")
    odd = d.member("2026-11-11", tier="odd")
    d.run("2026-12-01", institution=odd.institution)


@case("joins under 'nothing before the next year': only the entry fee, then a run for the next", owed="5000.00", income="5000.00")
def _(d):
    d.rules(late_joining="next_year")
    invoice = d.joining("2026-06-01")
    d.pay("2026-06-10", "3000", invoice.membership)
    late = Membership.objects.get(pk=invoice.membership_id)
    assert d.run("2026-07-01").count == 1  # the old member; nothing for the late one
    assert d.run("2027-01-10", 2027, institution=late.institution).count == 1
    d.back("2027-02-01", Payment.objects.get(), kind="mistake")
    d.void("2027-02-02", Invoice.objects.get(membership=d.unit))


@case("a year from the day of joining is never late: November pays the whole", owed="5000.00", income="5000.00")
def _(d):
    d.rules(late_joining="quarters", membership_year="anniversary")
    invoice = d.joining("2026-11-20")
    assert "2026-11-20 至 2027-11-19" in invoice.lines.get(kind="annual").description


@case("who joined on 29 February has years that end on 27 February", owed="2000.00", income="2000.00")
def _(d):
    d.rules(membership_year="anniversary")
    leap = d.member("2024-02-29")
    d.run("2026-03-02", institution=leap.institution)
    assert "2026-02-28 至 2027-02-27" in Invoice.objects.get().lines.get().description


@case("the run leaves out whom the joining notice has billed for the year", owed="2000.00", income="7000.00", cash="5000.00")
def _(d):
    invoice = d.joining("2026-02-01")
    d.pay("2026-02-10", "5000", invoice.membership)
    assert d.run("2026-03-02").count == 1


@case("where membership begins with the approval, the joining notice is owed by a member", owed="5000.00", income="5000.00")
def _(d):
    d.rules(active_from="approval")
    invoice = d.joining("2026-02-01")
    assert Membership.objects.get(pk=invoice.membership_id).status == "active"


@case("a joining notice paid in two parts makes a member with the second", income="5000.00", cash="5000.00")
def _(d):
    invoice = d.joining("2026-02-01")
    d.pay("2026-02-10", "3000", invoice.membership)
    assert Membership.objects.get(pk=invoice.membership_id).status == "pending_payment"
    d.pay("2026-02-20", "2000", invoice.membership)
    assert Membership.objects.get(pk=invoice.membership_id).joined_on == day("2026-02-20")


@case("a university that left and comes back pays the entry fee again", owed="5000.00", income="5000.00")
def _(d):
    end_membership(d.unit, actor=d.me, how="withdrawn", reason="申请退出", on=d.at("2025-06-30"))
    d.joining("2026-02-01", institution=d.unit.institution)


@case("what was owed when the system took over stands as a notice of its own", owed="1500.00", income="1500.00")
def _(d):
    issue_opening_balance(d.unit, year=2024, owed=Decimal(1500), actor=d.me, on=d.at("2026-01-05"))


# Tiers and schedules


@case("a tier from next year on leaves this year's notice and raises the next", owed="5000.00", income="5000.00")
def _(d):
    council = d.tier("council", "3000")
    d.run("2026-03-02")
    change_tier(d.unit, tier=council, from_year=2027, actor=d.me, reason="当选理事")
    d.run("2027-03-02", 2027)
    assert owed_each() == ["2000.00", "3000.00"]


@case("a tier changed in the middle of the year does not touch the notice that is issued", owed="2000.00", income="2000.00")
def _(d):
    council = d.tier("council", "3000")
    d.run("2026-03-02")
    d.at("2026-07-01")
    change_tier(d.unit, tier=council, from_year=2026, actor=d.me, reason="当选理事")
    assert d.run("2026-07-02").state == "issuing"  # nobody is to be billed: the job failed with that reason


@case("the same, voided and billed anew in the new tier", owed="3000.00", income="3000.00")
def _(d):
    council = d.tier("council", "3000")
    old = d.bill("2026-03-02")
    change_tier(d.unit, tier=council, from_year=2026, actor=d.me, reason="当选理事")
    d.void("2026-07-02", old)
    d.bill("2026-07-02")
    assert states() == ["void", "open"]


@case("amounts raised after billing change nothing that was issued", owed="2000.00", income="2000.00")
def _(d):
    d.run("2026-03-02")
    d.schedule.amounts.update(amount=Decimal(2600))


@case("a lower tier after payment: released, credited, paid again, the rest is credit", advance="1000.00", income="2000.00", cash="3000.00")
def _(d):
    council = d.tier("council", "3000")
    MembershipTier.objects.filter(membership=d.unit).update(tier=council)
    invoice = d.bill("2026-03-02")
    payment = d.pay("2026-03-20", "3000")
    with pytest.raises(TooMuch):
        d.credit("2026-05-01", invoice, "1000")
    d.release("2026-05-01", payment)
    d.credit("2026-05-01", invoice, "1000")
    d.use("2026-05-01", payment)


@case("income stands in the tier of the day of billing, also when the tier is corrected later", owed="2000.00", income="2000.00")
def _(d):
    from fees.selectors.reports import income

    d.run("2026-03-02")
    before = income(day("2026-01-01"), day("2026-12-31"))
    MembershipTier.objects.filter(membership=d.unit).update(tier=TierFactory(code="other", name="别的等级"))
    assert income(day("2026-01-01"), day("2026-12-31")) == before


@case("a unit without a tier is left out, the others are billed", owed="2000.00", income="2000.00")
def _(d):
    d.member(tier=None)
    assert d.run("2026-03-02").count == 1


@case("a tier that pays nothing gets no notice")
def _(d):
    d.tier("honorary", "0")
    MembershipTier.objects.filter(membership=d.unit).update(tier=TierFactory(code="honorary"))
    with pytest.raises(NothingToBill):
        d.bill("2026-03-02")


# Reductions, waivers, credit notes


@case("a small reduction before billing is a line of the notice", owed="1700.00", income="1700.00")
def _(d):
    d.reduce("2026-02-01", "300")
    d.run("2026-03-02")


@case("a reduction of one fen", owed="1999.99", income="1999.99")
def _(d):
    d.reduce("2026-02-01", "0.01")
    d.run("2026-03-02")


@case("a whole year waived before billing: no notice, no income")
def _(d):
    d.reduce("2026-02-01", "2000")
    assert d.run("2026-03-02").state == "issuing"


@case("a reduction larger than the fee takes no more than the fee")
def _(d):
    d.reduce("2026-02-01", "9999")
    d.run("2026-03-02")


@case("a waiver after billing is a credit note over the whole", income="0.00")
def _(d):
    d.run("2026-03-02")
    d.reduce("2026-04-01", "2000")
    assert states() == ["settled"]


@case("a waiver of all after a part payment is refused and changes nothing", owed="800.00", income="2000.00", cash="1200.00")
def _(d):
    d.run("2026-03-02")
    d.pay("2026-03-10", "1200")
    with pytest.raises(TooMuch):
        d.reduce("2026-04-01", "2000")


@case("a waiver of the rest after a part payment settles the notice", income="1200.00", cash="1200.00")
def _(d):
    d.run("2026-03-02")
    d.pay("2026-03-10", "1200")
    d.reduce("2026-04-01", "800")
    assert states() == ["settled"]


@case("a waiver of all after a part payment, the payment released: it becomes credit", advance="1200.00", cash="1200.00")
def _(d):
    d.run("2026-03-02")
    payment = d.pay("2026-03-10", "1200")
    d.release("2026-04-01", payment)
    d.reduce("2026-04-01", "2000")


@case("a reduction after full payment is refused", income="2000.00", cash="2000.00")
def _(d):
    d.run("2026-03-02")
    d.pay("2026-03-10", "2000")
    with pytest.raises(TooMuch):
        d.reduce("2026-04-01", "300")


@case("a second reduction of one year is refused", owed="1700.00", income="1700.00")
def _(d):
    d.reduce("2026-02-01", "300")
    with pytest.raises(AlreadyReduced):
        d.reduce("2026-02-02", "300")
    d.run("2026-03-02")


@case("a reduction that was refused reduces nothing", owed="2000.00", income="2000.00")
def _(d):
    d.at("2026-02-01")
    refuse_adjustment(propose_adjustment(d.unit, year=2026, amount=Decimal(1500), reason="困难", actor=d.me), actor=d.other)
    d.run("2026-03-02")


@case("two credit notes up to the total, a third is refused", income="0.00")
def _(d):
    invoice = d.bill("2026-03-02")
    d.credit("2026-04-01", invoice, "1234.56")
    d.credit("2026-04-02", invoice, "765.44")
    with pytest.raises(TooMuch):
        d.credit("2026-04-03", invoice, "0.01")


@case("void after a credit note: neither stays in the income")
def _(d):
    invoice = d.bill("2026-03-02")
    d.credit("2026-04-01", invoice, "500")
    d.void("2026-05-01", invoice)


@case("void after a credit note, then billed anew", owed="2000.00", income="2000.00")
def _(d):
    invoice = d.bill("2026-03-02")
    d.credit("2026-04-01", invoice, "500")
    d.void("2026-05-01", invoice)
    d.bill("2026-05-02")
    assert states() == ["void", "open"]


@case("a credit note, then the rest is paid", income="1500.00", cash="1500.00")
def _(d):
    invoice = d.bill("2026-03-02")
    d.credit("2026-04-01", invoice, "500")
    d.pay("2026-04-10", "1500")
    assert states() == ["settled"]


@case("a credit note the unit did not hear of: it pays the old amount and keeps credit", advance="500.00", income="1500.00", cash="2000.00")
def _(d):
    invoice = d.bill("2026-03-02")
    d.credit("2026-04-01", invoice, "500")
    d.pay("2026-04-10", "2000")


@case("a run with a credit note on it is not voided as a whole", owed="1900.00", income="1900.00")
def _(d):
    dues = d.run("2026-03-02")
    d.credit("2026-04-01", Invoice.objects.get(), "100")
    with pytest.raises(HasMoney):
        void_run(dues, actor=d.me, reason="x")


# Payments and what they pay


@case("paid exactly", income="2000.00", cash="2000.00")
def _(d):
    d.run("2026-03-02")
    d.pay("2026-03-10", "2000.00")
    assert states() == ["settled"]


@case("a part payment with odd fen", owed="765.44", income="2000.00", cash="1234.56")
def _(d):
    d.run("2026-03-02")
    d.pay("2026-03-10", "1234.56")
    assert states() == ["part_paid"]


@case("one fen short stays part-paid", owed="0.01", income="2000.00", cash="1999.99")
def _(d):
    d.run("2026-03-02")
    d.pay("2026-03-10", "1999.99")
    assert states() == ["part_paid"]


@case("the last fen settles it", income="2000.00", cash="2000.00")
def _(d):
    d.run("2026-03-02")
    d.pay("2026-03-10", "1999.99")
    d.pay("2026-03-11", "0.01")
    assert states() == ["settled"]


@case("paid too much: the rest is credit", advance="500.00", income="2000.00", cash="2500.00")
def _(d):
    d.run("2026-03-02")
    d.pay("2026-03-10", "2500")


@case("an overpayment used two years later by that year's run", owed="1500.00", income="4000.00", cash="2500.00")
def _(d):
    d.run("2024-03-04", 2024)
    d.pay("2024-03-10", "2500")
    d.run("2026-03-02")
    assert (d.advance(day("2025-12-31")), owed_each()) == (Decimal("500.00"), ["0.00", "1500.00"])


@case("an overpayment used by hand on a single notice", advance="300.00", owed="1800.00", income="4000.00", cash="2500.00")
def _(d):
    d.bill("2026-03-02")
    payment = d.pay("2026-03-10", "2500")
    later = d.bill("2027-03-02", 2027)
    d.allocate("2027-03-10", payment, later, "200")


@case("paid before any notice, then billed by the run: settled by the credit", income="2000.00", cash="2000.00")
def _(d):
    d.pay("2026-01-10", "2000")
    d.run("2026-03-02")
    assert (states(), d.advance(day("2026-02-28"))) == (["settled"], Decimal("2000.00"))


@case("one transfer for three years pays the oldest first", owed="1000.00", income="6000.00", cash="5000.00")
def _(d):
    for year in (2024, 2025, 2026):
        d.bill(f"{year}-03-04", year)
    d.pay("2026-04-01", "5000")
    assert owed_each() == ["0.00", "0.00", "1000.00"]


@case("a remark that names the newer year pays that one", owed="2000.00", income="4000.00", cash="2000.00")
def _(d):
    d.bill("2025-03-03", 2025)
    d.bill("2026-03-02")
    d.pay("2026-04-01", "2000", remark="可持续联盟+某大学+2026年年费")
    assert owed_each() == ["2000.00", "0.00"]


@case("a remark that names a number of ours pays that notice", owed="2000.00", income="4000.00", cash="2000.00")
def _(d):
    d.bill("2025-03-03", 2025)
    d.bill("2026-03-02")
    d.pay("2026-04-01", "2000", remark="缴费 jf2026-0001")
    assert owed_each() == ["2000.00", "0.00"]


@case("two years on one notice, paid at once; the second year's run leaves the unit out", income="4000.00", cash="4000.00")
def _(d):
    d.bill_years("2026-03-02", 2026, 2027)
    d.pay("2026-03-10", "4000")
    assert d.run("2027-03-02", 2027).state == "issuing"


@case("a notice over two years is voided and both years are free again", owed="2000.00", income="2000.00")
def _(d):
    d.void("2026-03-05", d.bill_years("2026-03-02", 2026, 2027))
    assert d.run("2027-03-02", 2027).count == 1


@case("one transfer for two units", income="4000.00", cash="4000.00")
def _(d):
    second = d.member()
    d.run("2026-03-02")
    payment = d.pay("2026-03-10", "4000")
    d.allocate("2026-03-10", payment, Invoice.objects.get(membership=second), "2000")
    assert states() == ["settled", "settled"]


@case("paid by a teacher's own account for the unit", income="2000.00", cash="2000.00")
def _(d):
    d.run("2026-03-02")
    d.pay("2026-03-10", "2000", payer_name="张三")


@case("an allocation moved from one notice to another", owed="2000.00", income="4000.00", cash="2000.00")
def _(d):
    d.bill("2025-03-03", 2025)
    newer = d.bill("2026-03-02")
    payment = d.pay("2026-03-10", "2000")
    d.release("2026-03-12", payment)
    d.allocate("2026-03-12", payment, newer, "2000")
    assert owed_each() == ["2000.00", "0.00"]


@case("more than is left of a payment, or than is owed, is refused", advance="500.00", owed="2000.00", income="4000.00", cash="2500.00")
def _(d):
    d.bill("2026-03-02")
    payment = d.pay("2026-03-10", "2500")
    later = d.bill("2027-03-02", 2027)
    with pytest.raises(TooMuch):
        d.allocate("2027-03-10", payment, later, "500.01")


@case("the same form sent twice is one payment", income="2000.00", cash="2000.00")
def _(d):
    d.run("2026-03-02")
    token = "11111111-2222-3333-4444-555555555555"
    assert d.pay("2026-03-10", "2000", token=token) == d.pay("2026-03-10", "2000", token=token)


@case("the same serial number of the bank is entered once", income="2000.00", cash="2000.00")
def _(d):
    d.run("2026-03-02")
    d.pay("2026-03-10", "2000", bank_serial="S1")
    with pytest.raises(KnownSerial):
        d.pay("2026-03-10", "2000", bank_serial="S1")


@case("money of tomorrow, of nothing, and below nothing is refused", owed="2000.00", income="2000.00")
def _(d):
    d.run("2026-03-02")
    from fees.services.payments import record_payment

    common = {"institution": d.unit.institution, "payer_name": "x", "actor": d.me}
    with pytest.raises(ReceivedInFuture):
        record_payment(amount=Decimal(2000), received_on=day("2026-03-03"), **common)
    for amount in ("0", "-2000", "0.004"):
        with pytest.raises(NotPositive):
            record_payment(amount=Decimal(amount), received_on=day("2026-03-02"), **common)


@case("a payment on a void notice stays as credit", advance="2000.00", cash="2000.00")
def _(d):
    invoice = d.bill("2026-03-02")
    d.void("2026-03-05", invoice)
    payment = d.pay("2026-03-10", "2000")
    with pytest.raises(InvoiceIsVoid):
        d.allocate("2026-03-10", payment, invoice, "2000")


@case("a notice with money on it is not void, and none is voided twice", income="2000.00", cash="2000.00")
def _(d):
    other = d.bill("2025-03-03", 2025)
    d.void("2025-03-04", other)
    invoice = d.bill("2026-03-02")
    d.pay("2026-03-10", "2000")
    with pytest.raises(HasMoney):
        d.void("2026-03-11", invoice)
    with pytest.raises(InvalidTransition):
        d.void("2026-03-11", other)


# Money that goes back


@case("credit is refunded", income="2000.00", cash="2000.00")
def _(d):
    d.run("2026-03-02")
    payment = d.pay("2026-03-10", "2500")
    d.back("2026-04-01", payment, "refund", "500")


@case("a refund of more than the credit takes from what was paid", owed="300.00", income="2000.00", cash="1700.00")
def _(d):
    d.run("2026-03-02")
    payment = d.pay("2026-03-10", "2500")
    d.back("2026-04-01", payment, "refund", "800")
    assert states() == ["part_paid"]


@case("two refunds that would be more than came are refused at the second", owed="2000.00", income="2000.00", cash="500.00", advance="500.00")
def _(d):
    invoice = d.bill("2026-03-02")
    payment = d.pay("2026-03-10", "2500")
    d.release("2026-03-11", payment)
    d.back("2026-04-01", payment, "refund", "2000")
    with pytest.raises(TooMuch):
        d.back("2026-04-02", payment, "refund", "500.01")
    assert Invoice.objects.get(pk=invoice.pk).owed == Decimal("2000.00")


@case("a transfer returned before the notice is settled", owed="5000.00", income="5000.00")
def _(d):
    invoice = d.joining("2026-02-01")
    payment = d.pay("2026-02-10", "3000", invoice.membership)
    d.back("2026-02-12", payment)
    assert Membership.objects.get(pk=invoice.membership_id).status == "pending_payment"


@case("a transfer returned after activation: the membership rests, the money is owed", owed="5000.00", income="5000.00")
def _(d):
    invoice = d.joining("2026-02-01")
    payment = d.pay("2026-02-10", "5000", invoice.membership)
    d.back("2026-02-12", payment, suspend=True)
    assert Membership.objects.get(pk=invoice.membership_id).status == "suspended"


@case("returned after activation, paid again, reinstated: one number, one joining", income="5000.00", cash="5000.00")
def _(d):
    invoice = d.joining("2026-02-01")
    d.back("2026-02-12", d.pay("2026-02-10", "5000", invoice.membership), suspend=True)
    number = Membership.objects.get(pk=invoice.membership_id).number
    d.pay("2026-03-01", "5000", invoice.membership)
    member = reinstate_membership(Membership.objects.get(pk=invoice.membership_id), actor=d.me, reason="已补缴", on=day("2026-03-01"))
    assert (member.status, member.number, member.joined_on) == ("active", number, day("2026-02-10"))


@case("a returned transfer that had paid two notices leaves both owed", owed="4000.00", income="4000.00")
def _(d):
    d.bill("2025-03-03", 2025)
    d.bill("2026-03-02")
    d.back("2026-04-03", d.pay("2026-04-01", "4000"))
    assert states() == ["open", "open"]


@case("a typing error in the amount: taken out whole, entered anew, the serial is free", income="2000.00", cash="2000.00")
def _(d):
    d.run("2026-03-02")
    wrong = d.pay("2026-03-10", "20000", bank_serial="S9")
    d.back("2026-03-11", wrong, "mistake")
    d.pay("2026-03-11", "2000", bank_serial="S9")


@case("a mistake is taken out whole or not at all", advance="18000.00", income="2000.00", cash="20000.00")
def _(d):
    d.run("2026-03-02")
    wrong = d.pay("2026-03-10", "20000")
    with pytest.raises(TooMuch):
        d.back("2026-03-11", wrong, "mistake", "18000")


@case("released, voided, and the credit refunded: as if nothing had been")
def _(d):
    invoice = d.bill("2026-03-02")
    payment = d.pay("2026-03-10", "2000")
    d.release("2026-03-11", payment)
    d.void("2026-03-11", invoice)
    d.back("2026-03-12", payment, "refund")


# The year's end


@case("after the closing nothing is entered into the old year; with a later date it is", owed="0.00", income="2000.00", cash="2000.00")
def _(d):
    d.run("2026-03-02")
    d.close("2026-12-31", "2027-01-15")
    from fees.services.payments import record_payment

    with pytest.raises(PeriodClosed):
        record_payment(institution=d.unit.institution, amount=Decimal(2000), received_on=day("2026-12-30"), payer_name="x", actor=d.me)
    d.pay("2027-01-15", "2000")
    assert d.owed(day("2026-12-31")) == Decimal("2000.00")


@case("money of the closed year that is allocated later leaves the closing balance as it was", income="2000.00", cash="2000.00")
def _(d):
    d.bill("2026-03-02")
    payment = d.pay("2026-12-30", "2000", use=False)
    d.close("2026-12-31", "2027-01-15")
    d.use("2027-02-03", payment)
    assert (d.owed(day("2026-12-31")), d.advance(day("2026-12-31")), d.owed(day("2027-02-03"))) == (2000, 2000, 0)


@case("an allocation undone after the closing leaves the closed figures", owed="2000.00", advance="2000.00", income="2000.00", cash="2000.00")
def _(d):
    d.bill("2026-03-02")
    payment = d.pay("2026-03-10", "2000")
    d.close("2026-12-31", "2027-01-15")
    d.release("2027-02-03", payment)
    assert (d.owed(day("2026-12-31")), d.owed(day("2027-02-02"))) == (0, 0)


@case("a notice voided after the closing lowers the new year's income, not the old")
def _(d):
    invoice = d.bill("2026-03-02")
    d.close("2026-12-31", "2027-01-15")
    d.void("2027-02-03", invoice)
    years = [d.income(day(f"{year}-01-01"), day(f"{year}-12-31")) for year in (2026, 2027)]
    assert years == [Decimal("2000.00"), Decimal("-2000.00")]


@case("a mistake found after the closing leaves the closed month's cash", owed="2000.00", income="2000.00")
def _(d):
    d.bill("2026-03-02")
    wrong = d.pay("2026-12-30", "2000")
    d.close("2026-12-31", "2027-01-15")
    d.back("2027-01-20", wrong, "mistake")
    assert [d.cash(day(f"{year}-01-01"), day(f"{year}-12-31")) for year in (2026, 2027)] == [2000, -2000]


@case("notices, credit notes and reversals dated into the closed period are refused", income="2000.00", cash="2000.00")
def _(d):
    invoice = d.bill("2026-03-02")
    payment = d.pay("2026-03-10", "2000")
    d.close("2026-06-30", "2026-07-15")
    with pytest.raises(PeriodClosed):
        d.back("2026-06-30", payment)
    with pytest.raises(PeriodClosed):
        d.bill("2026-06-30", 2027)
    d.at("2026-07-15")
    with pytest.raises((PeriodClosed, TooMuch)):
        d.credit("2026-06-30", invoice, "1")


@case("opened again with a reason, booked, closed again to the same day", income="2000.00", cash="2000.00")
def _(d):
    d.bill("2026-03-02")
    period = d.close("2026-12-31", "2027-01-15")
    d.reopen(period)
    from fees.services.payments import record_payment

    record_payment(institution=d.unit.institution, amount=Decimal(2000), received_on=day("2026-12-30"), payer_name="x", actor=d.me)
    d.close("2026-12-31", "2027-01-16")
    assert d.owed(day("2026-12-31")) == 0


@case("as of any day: billed, part paid, credited, paid", income="1900.00", cash="1900.00")
def _(d):
    invoice = d.bill("2026-03-02")
    d.pay("2026-04-01", "1000")
    d.credit("2026-05-01", invoice, "100")
    d.pay("2026-06-01", "900")
    days = ["2026-03-01", "2026-03-02", "2026-04-01", "2026-05-01", "2026-06-01"]
    assert [str(d.owed(day(text))) for text in days] == ["0.00", "2000.00", "1000.00", "900.00", "0.00"]


# Runs, leaving


@case("a run over the same year twice bills once", owed="2000.00", income="2000.00")
def _(d):
    d.run("2026-03-02")
    assert d.run("2026-03-03").state == "issuing"


@case("first one unit, then all the others", owed="6000.00", income="6000.00")
def _(d):
    first, _second = d.member(), d.member()
    assert [d.run("2026-03-02", institution=first.institution).count, d.run("2026-03-03").count] == [1, 2]


@case("a run over one tier only", owed="3000.00", income="3000.00")
def _(d):
    council = d.tier("council", "3000")
    d.member(tier="council")
    assert d.run("2026-03-02", tier=council).count == 1


@case("a run voided as a whole and issued again: numbers go on without a gap", owed="2000.00", income="2000.00")
def _(d):
    void_run(d.run("2026-03-02"), actor=d.me, reason="金额有误")
    d.run("2026-03-03")
    assert list(Invoice.objects.order_by("sequence").values_list("sequence", flat=True)) == [1, 2]


@case("who has left is not billed; what it owed stays owed", owed="2000.00", income="2000.00")
def _(d):
    d.run("2026-03-02")
    end_membership(d.unit, actor=d.me, how="withdrawn", reason="申请退出", on=d.at("2026-06-30"))
    d.member("2027-06-01")
    assert d.run("2027-03-02", 2027).state == "issued"
    d.void("2027-03-03", Invoice.objects.get(year=2027))


@case("who rests is billed all the same", owed="2000.00", income="2000.00")
def _(d):
    suspend_membership(d.unit, actor=d.me, reason="欠费", on=d.at("2026-01-20"))
    d.run("2026-03-02")


@pytest.mark.parametrize(("moves", "expected"), CASES)
def test_the_books_agree_to_the_fen(moves, expected):
    with travelling() as clock:
        desk = Desk(clock)
        moves(desk)
        found = desk.books()

    assert found == expected


def test_there_are_at_least_sixty_cases_each_with_a_name_of_its_own():
    names = [parameter.id for parameter in CASES]

    assert (len(names) >= 60, len(set(names))) == (True, len(names))


@pytest.mark.django_db
def test_control_a_fen_that_is_lost_is_seen():
    with travelling() as clock:
        desk = Desk(clock)
        desk.bill("2026-03-02")
        desk.pay("2026-03-10", "1999.99")

        assert desk.books() != ("0.00", "0.00", "2000.00", "2000.00")
        assert dt.date(2026, 3, 10) == Payment.objects.get().received_on
