"""Evidence: everybody for whom something speaks, what it is, and which notices the amount would pay."""

import datetime as dt
import itertools
import re
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from alliance.common.money import format_money
from fees.matching.names import names_in, payer_name, remark_habit
from fees.matching.register import OpenInvoice, Register
from fees.matching.suggest import Found
from fees.matching.words import plain
from members.names import normalise

SIDES = ({"payer", "account", "habit"}, {"remark", "number", "words"}, {"voucher"})
# Signs that name the unit itself. An account, a habit or a reported transfer may be a treasury's that pays for many: alone they are never sure.
NAMING = {"payer", "remark", "number"}
VOUCHER_DAYS = 10
NUMBERED = re.compile(r"[a-z]{2}20\d{6,}")
OURS = re.compile(r"jf\d{5,}")
MOST_INVOICES = 8


@dataclass(frozen=True, slots=True)
class Credit:
    """Money that came in, as the bank says. `amount` in yuan, None when unknown."""

    remark: str = ""
    payer: str = ""
    account: str = ""
    amount: Decimal | None = None
    booked_on: dt.date | None = None


@dataclass
class Unit:
    """An institution that it may be, what speaks for it, and which notices the amount would pay."""

    institution: int
    name: str
    signs: dict[str, bool] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    invoices: list[OpenInvoice] = field(default_factory=list)
    exact: bool = False
    closeness: float = 0

    @property
    def strong(self) -> int:
        """How many independent strong signs: what speaks from the payer's side counts once, the remark once, a reported transfer once."""
        strong = {sign for sign, is_strong in self.signs.items() if is_strong}
        return sum(bool(strong & side) for side in SIDES)

    @property
    def score(self) -> float:
        """For ordering only."""
        return 3 * self.strong + 0.5 * len(self.signs) + 3 * self.closeness + (0.2 if self.exact else 0)

    @property
    def is_named(self) -> bool:
        """Whether a strong sign names the unit itself."""
        return any(is_strong and sign in NAMING for sign, is_strong in self.signs.items())


def units_for(credit: Credit, register: Register) -> tuple[list[Unit], bool, list[Found]]:  # noqa: C901 (one branch for each kind of evidence)
    """Everybody for whom something speaks; whether the remark names several units; and the names that are only candidates."""
    units: dict[int, Unit] = {}

    def of(institution: int) -> Unit:
        if institution not in units:
            units[institution] = Unit(institution, register.official[institution])
        return units[institution]

    def speak(found: Found, sign: str, text: str) -> None:
        for institution in found.institutions:
            if institution not in register.official:
                continue
            unit = of(institution)
            unit.signs[sign] = unit.signs.get(sign, False) or (found.strong and len(found.institutions) == 1)
            unit.closeness = max(unit.closeness, found.weight)
            if text not in unit.reasons:
                unit.reasons.append(text)

    payer = payer_name(credit.payer, register)
    if payer:
        if payer.strong:
            speak(payer, "payer", _("payer's name = %(name)s") % {"name": register.official[payer.institutions[0]]})
        else:
            speak(payer, "payer", _("payer's name “%(payer)s” contains or nearly is this name") % {"payer": credit.payer})
    named = names_in(credit.remark, register)
    texts = {
        "ambiguous": _("the remark says “%(text)s”, which several go by"),
        "another": _("the remark says “%(text)s” with an addition that may be another institution"),
        "inside": _("“%(text)s” stands inside a longer word of the remark"),
        "cut": _("the remark seems cut off after “%(text)s”"),
        "misspelt": _("“%(text)s” in the remark is nearly this name"),
        "shortened": _("“%(text)s” in the remark could be short for this name"),
    }
    for found in named:
        speak(found, "remark", texts.get(found.why, _("the remark names “%(text)s”")) % {"text": found.text})
    for institution in register.accounts.get(normalise(credit.account), ()) if credit.account else ():
        known = register.accounts[normalise(credit.account)]
        speak(Found((institution,), "", strong=len(known) == 1, why=""), "account", _("this account has paid for the unit before"))
    for institution in register.payers.get(normalise(plain(credit.payer)), ()) if credit.payer else ():
        known = register.payers[normalise(plain(credit.payer))]
        speak(Found((institution,), "", strong=len(known) == 1, why=""), "habit", _("this payer has paid for the unit before"))
    words = remark_habit(credit.remark, register) if register.habits else ""
    for institution in register.habits.get(words, ()) if words else ():
        speak(Found((institution,), "", strong=len(register.habits[words]) == 1, why=""), "words", _("a remark with these words was for the unit before"))
    for number in numbers_in(credit.remark, register)[0]:
        speak(Found((register.by_number[number][0],), number, strong=True, why=""), "number", _("the remark has the number of its payment notice"))
    for voucher in register.vouchers:
        if _is_reported(voucher, credit):
            speak(Found((voucher.institution,), "", strong=True, why=""), "voucher", _("the unit has reported this transfer"))
    strongly = {f.institutions[0] for f in named if f.strong}
    return list(units.values()), len(strongly) > 1, [f for f in [*named, *([payer] if payer else [])] if not f.strong]


def numbers_in(remark: str, register: Register) -> tuple[list[str], list[str]]:
    """Numbers of open notices in a remark, of those that begin at one place the longest; and numbers like ours that no open notice has."""
    text = normalise(plain(remark))
    found = []
    for hit in NUMBERED.findall(text):
        longest = next((hit[:n] for n in range(len(hit), len("jf20260001") - 1, -1) if hit[:n] in register.by_number), None)
        if longest:
            found.append(longest)
    return found, [hit for hit in OURS.findall(text) if not hit.startswith(tuple(found))]


def _is_reported(voucher: "object", credit: Credit) -> bool:
    amount, paid_on, payer = voucher.amount, voucher.paid_on, voucher.payer  # type: ignore[attr-defined]
    if credit.amount is None or amount != credit.amount or credit.booked_on is None:
        return False
    return abs((credit.booked_on - paid_on).days) <= VOUCHER_DAYS and payer == normalise(plain(credit.payer))


def fit_amount(unit: Unit, credit: Credit, fees: set[str], years: list[int], register: Register) -> None:
    """The open notices that the amount pays exactly: those whose numbers the remark has first, then those that it speaks of."""
    numbered = {register.by_number[number][1] for number in numbers_in(credit.remark, register)[0]}
    open_ones = sorted(register.invoices.get(unit.institution, []), key=lambda invoice: invoice not in numbered)
    if credit.amount is None or not open_ones:
        unit.invoices = [invoice for invoice in open_ones if invoice in numbered or set(years) & invoice.years]
        return

    def agrees(invoices: tuple[OpenInvoice, ...]) -> tuple[int, int, int, int]:
        covered = set().union(*(invoice.years for invoice in invoices))
        kinds = set().union(*(invoice.fees for invoice in invoices))
        return (-len(numbered & set(invoices)), -len(set(years) & covered), -len(fees & kinds), len(invoices))

    few = open_ones[:MOST_INVOICES]
    choices = [
        chosen for size in range(1, len(few) + 1) for chosen in itertools.combinations(few, size) if sum(invoice.owed for invoice in chosen) == credit.amount
    ]
    if choices:
        best = min(choices, key=agrees)
        unit.invoices, unit.exact = list(best), True
        text = "、".join(invoice.number for invoice in best)
        unit.reasons.append(_("%(amount)s = what is open on %(invoices)s") % {"amount": format_money(credit.amount), "invoices": text})
    else:
        unit.invoices = open_ones[:1]
