"""The ministry's real list as a world to match against: every university, every short name we know, four hundred members with notices."""

import csv
import random
from decimal import Decimal
from pathlib import Path

from fees.matching.register import OpenInvoice, Register

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
MEMBERS = 400
# These are members whatever the lot says: everybody mistakes them for somebody else.
ALWAYS = ("苏州大学", "河北大学", "河南大学", "南京大学", "南昌大学", "西北大学", "西南大学", "华东师范大学", "华中师范大学", "中国石油大学（北京）")


def there() -> bool:
    """Whether the ministry's list lies beside the project."""
    return (DATA / "universities.csv").exists() and (DATA / "university_aliases.csv").exists()


def rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((DATA / name).open(encoding="utf-8-sig")))


def register() -> Register:
    """The list as matching sees it; members by a fixed lot, a third of them new ones who owe 5,000."""
    lot = random.Random(2025)
    found = Register()
    found.entry_fee, found.amounts = Decimal(3000), {Decimal(2000)}
    listed = rows("universities.csv")
    for pk, row in enumerate(listed, start=1):
        found.official[pk] = row["name"].strip()
        found.rank[pk] = 2 * (row["is_985"] == "1") + (row["is_211"] == "1") + (row["is_double_first_class"] == "1") + (row["level"] == "本科")
        found.add_name(row["name"], pk, full=True, ambiguous=False)
    number = {name: pk for pk, name in found.official.items()}
    for row in rows("university_aliases.csv"):
        if row["name"] in number:
            found.add_name(row["alias"], number[row["name"]], full=False, ambiguous=row["ambiguous"] == "1")
    found.members = {number[name] for name in ALWAYS} | set(lot.sample(sorted(found.official), MEMBERS))
    for pk in sorted(found.members):
        new = lot.random() < 1 / 3
        fees = frozenset({"entry", "annual"} if new else {"annual"})
        invoice = OpenInvoice(pk, f"JF2026-{pk:04d}", Decimal(5000 if new else 2000), fees, frozenset({2026}))
        found.add_invoice(pk, invoice)
    return found
