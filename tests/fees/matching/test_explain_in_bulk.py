"""explain_remark over a database that holds the ministry's list: the traps and the sample remarks, many at once, by the command itself."""

import csv
import datetime as dt
import io
import json
from collections import Counter
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db.models import CharField, Value
from django.db.models.functions import Concat

from members.enums import AliasKind, Level
from members.models import Institution, InstitutionAlias, Membership
from members.services.importing import alias_row
from tests.factories.fees import InvoiceFactory, ScheduleFactory
from tests.fees.matching import ministry
from tests.fees.matching.adversarial import traps

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not ministry.there(), reason="the ministry's list (shared/data/universities.csv, university_aliases.csv) is not there"),
]
NOBODY = {"never", "none", "all"}
# What docs/matching.md says: lines, sure, likely, ask, other, wrong sure, wrong likely.
FIGURES = {"tuned": (496, 54, 166, 271, 5, 0, 0), "held": (496, 49, 169, 274, 4, 0, 0)}


@pytest.fixture
def world():
    """The ministry's list, its short names, four hundred members with a notice each, in the database."""
    found = ministry.register()
    ScheduleFactory()
    Institution.objects.bulk_create(
        Institution(
            pk=pk + 10_000, name=row["name"].strip(), is_985=row["is_985"] == "1", is_211=row["is_211"] == "1",
            is_double_first_class=row["is_double_first_class"] == "1", level=Level.UNDERGRADUATE if row["level"] == "本科" else Level.COLLEGE,
        )
        for pk, row in enumerate(ministry.rows("universities.csv"), start=1)
    )  # fmt: skip
    units = {unit.name: unit for unit in Institution.objects.filter(pk__gt=10_000)}
    names = [(name, *entry) for name, entries in found.names.items() for entry in entries if not entry[1]]
    InstitutionAlias.objects.bulk_create(
        (alias_row(units[found.official[pk]], name, AliasKind.SHORT, ambiguous=ambiguous) for name, pk, _full, ambiguous in names), ignore_conflicts=True
    )
    Membership.objects.bulk_create(Membership(institution=units[found.official[pk]]) for pk in sorted(found.members))
    number = Concat(Value("X"), "pk", output_field=CharField())
    Membership.objects.update(status="active", joined_on=dt.date(2020, 1, 1), number=number)
    for membership in Membership.objects.select_related("institution").order_by("institution_id"):
        new = {"entry", "annual"} <= found.invoices[membership.institution_id - 10_000][0].fees
        InvoiceFactory(membership=membership, total=Decimal(5000 if new else 2000), purpose="joining" if new else "annual")
    return found


@pytest.mark.parametrize("part", FIGURES)
def test_no_sure_answer_of_the_command_is_wrong(world, part, tmp_path):
    lines = traps(world, part)
    path = tmp_path / "remarks.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["remark", "payer", "amount"])
        writer.writerows([trap.remark, trap.payer, trap.amount] for trap in lines)
    out = io.StringIO()

    call_command("explain_remark", csv=str(path), stdout=out)

    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    wrong = Counter(
        answer["class"]
        for trap, answer in zip(lines, answers, strict=True)
        if trap.rule in NOBODY or answer["institutions"][:1] not in [[one] for one in trap.truth]
    )
    counts = Counter(answer["class"] for answer in answers)
    figures = (len(answers), *(counts[one] for one in ("sure", "likely", "ask", "other")), wrong["sure"], wrong["likely"])
    assert (wrong["sure"], figures) == (0, FIGURES[part])
