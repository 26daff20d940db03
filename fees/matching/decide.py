"""From evidence to one of four answers: sure, likely, ask, other. A wrong sure answer is far worse than a question."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from alliance.common.money import format_money
from fees.matching.evidence import Credit, Unit, fit_amount, numbers_in, units_for
from fees.matching.names import says_more
from fees.matching.register import Register
from fees.matching.suggest import Found
from fees.matching.words import NOTICE, fees_in, names_our_fee, plain, speaks_of_alliance, years_in

SURE, LIKELY, ASK, OTHER = "sure", "likely", "ask", "other"
RECORDED_NEAR = 5


@dataclass
class Match:
    """The answer for one line."""

    verdict: str
    units: list[Unit]
    fees: list[str]
    years: list[int]
    reasons: list[str]
    confidence: float


def match(credit: Credit, register: Register) -> Match:
    """Whose money it is, for what, how sure, and why in words. Looks at nothing but its two arguments."""
    remark = plain(credit.remark)
    words = NOTICE.sub(" ", remark)
    fees, general = fees_in(words)
    years = years_in(words)
    units, several, weak = units_for(credit, register)
    for unit in units:
        fit_amount(unit, credit, fees, years, register)
    units.sort(key=lambda unit: (-round(unit.score, 3), unit.institution not in register.members, -register.rank.get(unit.institution, 0)))
    verdict, why = _verdict(credit, units, several, weak, fees, general, years, register)
    fees, years = _what_for(credit, units, verdict, fees, years, register)
    reasons = [*why, *(units[0].reasons if units else []), *_words(fees, years, credit)]
    return Match(verdict, units[:6], sorted(fees), years, reasons, _confidence(verdict, units))


def _verdict(  # noqa: C901 (one branch for each answer)
    credit: Credit, units: list[Unit], several: bool, weak: list[Found], fees: set[str], general: bool, years: list[int], register: Register
) -> tuple[str, list[str]]:
    about_us = bool(fees & {"entry", "annual"}) or general or speaks_of_alliance(credit.remark)
    strong = [unit for unit in units if unit.strong]
    if not units:
        if "other" in fees and not about_us:
            return OTHER, [_("nothing speaks for a unit, and the remark is about something else")]
        return (
            (ASK, [_("nothing says which unit it is")])
            if about_us or not credit.remark or not credit.payer
            else (OTHER, [_("nothing speaks for a unit or a fee of ours")])
        )
    if several:
        return ASK, [_("the remark names several units: perhaps one payment for all of them")]
    if len(strong) > 1:
        return ASK, [_("the signs point to different units")]
    if not strong:
        concerned = [unit for unit in units if unit.institution in register.members | register.expected]
        if not about_us and "other" in fees and not concerned:
            return OTHER, [_("the remark is about something else")]
        return ASK, [_("no sign is strong enough")]
    unit = strong[0]
    if unit.institution not in register.members:
        if unit.institution in register.expected:
            return ASK, [_("the unit has applied, but has no payment notice yet")]
        if not about_us:
            return OTHER, [_("the unit is no member, and the remark names no fee of ours")]
        return ASK, [_("the unit is no member")]
    if "other" in fees:
        return ASK, [_("the remark names something that is no fee of the alliance")]
    return _member_verdict(credit, unit, weak, fees, about_us, years, register)


def _member_verdict(  # noqa: C901, PLR0912 (one branch for each answer)
    credit: Credit, unit: Unit, weak: list[Found], fees: set[str], about_us: bool, years: list[int], register: Register
) -> tuple[str, list[str]]:
    """One unit, a member, with strong signs."""
    # A half-read name that could be this unit is no doubt; one that could only be others is.
    meant = {found.text for found in weak if unit.institution in found.institutions}
    doubtful = [found for found in weak if unit.institution not in found.institutions and found.text not in meant]
    fits = credit.amount is None or unit.exact or (not register.invoices.get(unit.institution) and credit.amount in _usual(register))
    if doubtful:
        return LIKELY, [_("another unit could be meant as well")]
    if any(found.why == "another" for found in weak):
        return LIKELY, [_("what follows the name may be another institution")]
    if not fits:
        return LIKELY, [_("the unit is clear, the amount is not what is open")]
    if recorded_before(unit.institution, credit, register):
        return LIKELY, [_("a payment of this amount was entered by hand around this day: perhaps it is this one")]
    if unit.invoices and fees and credit.amount is not None:
        billed = set().union(*(invoice.fees for invoice in unit.invoices))
        if not fees & {"entry", "annual"} <= billed:
            return LIKELY, [_("the remark names another fee than the notice")]
    if register.invoices.get(unit.institution) and set(years) - set().union(*(invoice.years for invoice in unit.invoices)):
        return LIKELY, [_("the remark names another year than the notice")]
    open_numbers, unknown = numbers_in(credit.remark, register)
    if unknown:
        return LIKELY, [_("the remark has the number of a notice that is not open")]
    if {register.by_number[number][1] for number in open_numbers} - set(unit.invoices):
        return LIKELY, [_("the remark has the number of another notice than the amount pays")]
    # Words and transfers that people have tied to the unit speak for our fees as well as a fee's name does.
    tied = any(unit.signs.get(sign) for sign in ("number", "voucher", "words"))
    if not tied and not names_our_fee(NOTICE.sub(" ", plain(credit.remark))) and says_more(credit.remark, register):
        return LIKELY, [_("the remark speaks of something else and of no fee of ours")]
    if not unit.is_named:
        return LIKELY, [_("nothing names the unit itself: the payer may pay for several")]
    if unit.strong > 1:
        return SURE, []
    if unit.exact and about_us and unit.signs.get("payer"):
        return SURE, []
    return LIKELY, [_("one strong sign")]


def recorded_before(institution: int, credit: Credit, register: Register) -> list[int]:
    """Payments of the unit that people entered without a statement and that may be this very transfer."""
    if credit.booked_on is None or credit.amount is None:
        return []
    found = register.recorded.get(institution, ())
    return [pk for pk, amount, day in found if amount == credit.amount and abs((credit.booked_on - day).days) <= RECORDED_NEAR]


def _usual(register: Register) -> set[Decimal]:
    """The amounts of the schedule: a year's fee of any tier, the entry fee, both together, and two years."""
    annual = register.amounts
    return annual | {register.entry_fee} | {register.entry_fee + amount for amount in annual} | {2 * amount for amount in annual}


def _what_for(credit: Credit, units: list[Unit], verdict: str, fees: set[str], years: list[int], register: Register) -> tuple[set[str], list[int]]:
    """Fees and years: as written; where nothing is written, as the notices say that the amount pays."""
    unit = units[0] if units and verdict in {SURE, LIKELY} else None
    if unit is not None and unit.exact:
        billed: set[str] = set().union(*(invoice.fees for invoice in unit.invoices))
        covered: set[int] = set().union(*(invoice.years for invoice in unit.invoices))
        return (fees or billed), (years or sorted(covered))
    if not fees and verdict != OTHER and credit.amount is not None and register.entry_fee:
        if credit.amount == register.entry_fee:
            fees = {"entry"}
        elif credit.amount - register.entry_fee in register.amounts:
            fees = {"entry", "annual"}
        elif credit.amount in register.amounts:
            fees = {"annual"}
    if verdict == OTHER and not fees:
        fees = {"other"}
    return fees, years


def _words(fees: set[str], years: list[int], credit: Credit) -> list[str]:
    names = {"entry": _("Entry fee"), "annual": _("Annual fee"), "other": _("something else")}
    said = []
    if fees:
        said.append(_("for: %(fees)s") % {"fees": "、".join(str(names[fee]) for fee in sorted(fees))})
    if years:
        said.append(_("years: %(years)s") % {"years": "、".join(map(str, years))})
    if credit.amount is not None:
        said.append(_("amount: %(amount)s") % {"amount": format_money(credit.amount)})
    return said


def _confidence(verdict: str, units: list[Unit]) -> float:
    base = {SURE: 0.97, LIKELY: 0.8, ASK: 0.4, OTHER: 0.7}[verdict]
    if verdict == ASK and not units:
        return 0.1
    return base


def match_all(lines: list[Credit], register: Register) -> list[Match]:
    """All lines of a statement; two lines that would pay the same notice are never both sure."""
    matches = [match(credit, register) for credit in lines]
    claims: dict[int, list[Match]] = defaultdict(list)
    for found in matches:
        if found.verdict in {SURE, LIKELY} and found.units:
            for invoice in found.units[0].invoices if found.units[0].exact else ():
                claims[invoice.pk].append(found)
    for rivals in claims.values():
        for late in rivals[1:]:
            if late.verdict == SURE:
                late.verdict, late.confidence = LIKELY, 0.8
                late.reasons.insert(0, _("an earlier line of the statement pays this notice already"))
    return matches
