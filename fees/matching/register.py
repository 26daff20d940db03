"""What the system knows, taken once from the database in a fixed number of queries, for any number of lines."""

import bisect
import datetime as dt
import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from pypinyin import lazy_pinyin

from alliance.common.clock import today
from alliance.common.models import Organisation
from fees.enums import UNSETTLED, LearntKind, LineKind, VoucherState
from fees.matching.words import PAYEE, plain, segments
from fees.models import FeeSchedule, Invoice, Learnt, Payment, Voucher
from members.enums import MEMBERSHIP_OPEN, AliasKind, ApplicationStatus, Level
from members.models import Application, Institution, InstitutionAlias, Membership
from members.names import normalise

KINDS = {LineKind.ENTRY: "entry", LineKind.ANNUAL: "annual", LineKind.EVENT: "other", LineKind.DISCOUNT: "annual"}


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """An open notice: what is owed in yuan, for which fees and years."""

    pk: int
    number: str
    owed: Decimal
    fees: frozenset[str]
    years: frozenset[int]


@dataclass(frozen=True, slots=True)
class Reported:
    """A transfer that a unit has reported."""

    pk: int
    institution: int
    amount: Decimal
    paid_on: object
    payer: str


@dataclass
class Register:
    """Names, members, open notices, and what people have taught."""

    official: dict[int, str] = field(default_factory=dict)
    # A name as normalised → (institution, is it official or former, is it ambiguous)
    names: dict[str, list[tuple[int, bool, bool]]] = field(default_factory=lambda: defaultdict(list))
    starts: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    members: set[int] = field(default_factory=set)
    expected: set[int] = field(default_factory=set)
    invoices: dict[int, list[OpenInvoice]] = field(default_factory=lambda: defaultdict(list))
    # The number of an open notice as normalised → (institution, notice)
    by_number: dict[str, tuple[int, OpenInvoice]] = field(default_factory=dict)
    accounts: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    payers: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    habits: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    vouchers: list[Reported] = field(default_factory=list)
    # Entered by hand: institution → (payment, amount, day)
    recorded: dict[int, list[tuple[int, Decimal, dt.date]]] = field(default_factory=lambda: defaultdict(list))
    amounts: set[Decimal] = field(default_factory=set)
    # How well known it is, to order candidates only: 985, 211, Double First-Class and undergraduate ones first.
    rank: dict[int, int] = field(default_factory=dict)
    entry_fee: Decimal = Decimal(0)
    payee: tuple[str, ...] = PAYEE

    @cached_property
    def normal(self) -> dict[int, str]:
        """Each official name as it is compared."""
        return {pk: normalise(plain(name)) for pk, name in self.official.items()}

    @cached_property
    def sound(self) -> dict[int, str]:
        """Each official name by its sound without tones."""
        return {pk: "".join(lazy_pinyin(name)) for pk, name in self.normal.items()}

    @cached_property
    def sounds(self) -> dict[str, list[int]]:
        """Official names by their sound."""
        found: dict[str, list[int]] = defaultdict(list)
        for pk, sound in self.sound.items():
            found[sound].append(pk)
        return found

    @cached_property
    def with_signs(self) -> list[str]:
        """Names that have a sign inside at which a remark would be taken apart (北京师范大学-香港浸会大学联合国际学院)."""
        return [plain(name) for name in self.official.values() if len(segments(plain(name))) > 1]

    def beginning(self, text: str) -> list[int]:
        """Institutions whose official names begin with the text."""
        return _starting(self._forwards, text)

    def ending(self, text: str) -> list[int]:
        """Institutions whose official names end with the text."""
        return _starting(self._backwards, text[::-1])

    @cached_property
    def _forwards(self) -> list[tuple[str, int]]:
        return sorted((name, pk) for pk, name in self.normal.items())

    @cached_property
    def _backwards(self) -> list[tuple[str, int]]:
        return sorted((name[::-1], pk) for pk, name in self.normal.items())

    @cached_property
    def by_first(self) -> dict[str, list[int]]:
        """Institutions by the first character of their official names."""
        found: dict[str, list[int]] = defaultdict(list)
        for pk, name in self.normal.items():
            found[name[:1]].append(pk)
        return found

    def learn(self, kind: str, key: str, institution: int) -> None:
        """What a person's decision taught."""
        {LearntKind.ACCOUNT: self.accounts, LearntKind.PAYER: self.payers, LearntKind.REMARK: self.habits}[LearntKind(kind)][key].add(institution)

    def add_invoice(self, institution: int, invoice: OpenInvoice) -> None:
        """An open notice of the institution, to be found by its number too."""
        self.invoices[institution].append(invoice)
        self.by_number[normalise(invoice.number)] = (institution, invoice)

    def add_name(self, name: str, institution: int, *, full: bool, ambiguous: bool) -> None:
        """A name that somebody may write."""
        key = normalise(plain(name))
        if len(key) > 1 and (institution, full, ambiguous) not in self.names[key]:
            self.names[key].append((institution, full, ambiguous))
            self.starts[key[:2]].add(len(key))


def _starting(ordered: list[tuple[str, int]], text: str) -> list[int]:
    found = []
    for name, pk in itertools.islice(ordered, bisect.bisect_left(ordered, (text, 0)), None):
        if not name.startswith(text):
            break
        found.append(pk)
    return found


def load_register() -> Register:
    """Everything for matching, as the database has it now."""
    register = Register()
    organisation = Organisation.load()
    register.payee = (*PAYEE, normalise(plain(organisation.bank_account_name)))
    flags = ("pk", "name", "is_985", "is_211", "is_double_first_class", "level")
    for pk, name, is_985, is_211, is_first_class, level in Institution.objects.filter(merged_into=None).values_list(*flags):
        register.official[pk] = name
        register.rank[pk] = 2 * is_985 + is_211 + is_first_class + (level == Level.UNDERGRADUATE)
    rows = InstitutionAlias.objects.filter(institution__merged_into=None).values_list("name", "institution_id", "kind", "ambiguous")
    for name, institution, kind, ambiguous in rows:
        register.add_name(name, institution, full=kind in {AliasKind.OFFICIAL, AliasKind.FORMER}, ambiguous=ambiguous)
    for institution, name in register.official.items():
        register.add_name(name, institution, full=True, ambiguous=False)
    register.members = set(Membership.objects.filter(status__in=MEMBERSHIP_OPEN).values_list("institution_id", flat=True))
    waiting = [ApplicationStatus.SUBMITTED, ApplicationStatus.SCREENED, ApplicationStatus.BALLOTED, ApplicationStatus.APPROVED]
    register.expected = {pk for pk in Application.objects.filter(status__in=waiting).values_list("institution_id", flat=True) if pk}
    load_invoices(register)
    _load_recorded(register)
    for kind, key, institution in Learnt.objects.filter(removed_at=None).values_list("kind", "key", "institution_id"):
        register.learn(kind, key, institution)
    for voucher in Voucher.objects.filter(state=VoucherState.NEW):
        register.vouchers.append(Reported(voucher.pk, voucher.institution_id, voucher.amount, voucher.paid_on, normalise(plain(voucher.payer_name))))
    schedule = FeeSchedule.objects.filter(effective_from_year__lte=today().year).order_by("-effective_from_year").prefetch_related("amounts").first()
    if schedule is not None:
        register.entry_fee = schedule.entry_fee
        register.amounts = {amount.amount for amount in schedule.amounts.all()}
    return register


def _load_recorded(register: Register) -> None:
    """Payments that people entered without a line of a statement."""
    rows = Payment.objects.filter(line=None, recorded_line=None, mistaken=False).values_list("pk", "institution_id", "amount", "received_on")
    for pk, institution, amount, received_on in rows:
        register.recorded[institution].append((pk, amount, received_on))


def load_invoices(register: Register, institution: int | None = None) -> None:
    """The open notices as they are now; of one institution only, when it is named."""
    rows = Invoice.objects.filter(state__in=UNSETTLED).order_by("due_on", "pk")
    if institution is not None:
        rows = rows.filter(institution=institution)
        for settled in register.invoices.pop(institution, ()):
            register.by_number.pop(normalise(settled.number), None)
    lines = rows.values_list("pk", "number", "owed", "institution_id", "lines__kind", "lines__year")
    found: dict[int, tuple[str, Decimal, int, set[str], set[int]]] = {}
    for pk, number, owed, owner, kind, year in lines:
        entry = found.setdefault(pk, (number, owed, owner, set(), set()))
        if kind:
            entry[3].add(KINDS[LineKind(kind)])
            entry[4].add(year)
    for pk, (number, owed, owner, fees, years) in found.items():
        register.add_invoice(owner, OpenInvoice(pk, number, owed, frozenset(fees), frozenset(years)))
