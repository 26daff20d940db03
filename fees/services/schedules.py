"""The first schedule of a new installation."""

from decimal import Decimal

from django.db import transaction

from alliance.common.audit import record
from fees.models import FeeSchedule, LedgerAccount, TierAmount
from fees.selectors.ledger import CHART
from members.models import Tier

# From the notice 秘书处〔2025〕3号 of January 2025 (R3, R4). Days to pay and days of grace are not in it: they are the model's defaults.
NOTICE = {
    "effective_from_year": 2025,
    "entry_fee": Decimal("3000.00"),
    "annual_minimum": Decimal("2000.00"),
    "annual_maximum": Decimal("5000.00"),
    "clause": "章程第三十一条；秘书处〔2025〕3号",
    "note": "缴费期限与宽限期为系统默认值，通知未作规定，请按实际修改。",
}
ORDINARY_FEE = Decimal("2000.00")


def ensure_accounts() -> int:
    """One account for each part of our entries, with example numbers where finance has set none. Returns how many were made."""
    missing = [LedgerAccount(role=role, code=code, name=name) for role, (code, name) in CHART.items() if not LedgerAccount.objects.filter(role=role).exists()]
    LedgerAccount.objects.bulk_create(missing)
    return len(missing)


@transaction.atomic
def ensure_schedule(*, source: str = "setup") -> FeeSchedule:
    """The amounts of the alliance's notice, as the first schedule; where there is any schedule already, the latest is returned unchanged."""
    existing = FeeSchedule.objects.first()
    if existing:
        return existing
    schedule = FeeSchedule.objects.create(**NOTICE)
    tier, _made = Tier.objects.get_or_create(code="ordinary", defaults={"name": "普通联盟单位"})
    TierAmount.objects.create(schedule=schedule, tier=tier, amount=ORDINARY_FEE)
    record("schedule.added", schedule, source=source, entry_fee=schedule.entry_fee, ordinary=ORDINARY_FEE)
    return schedule
