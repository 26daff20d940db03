"""The preview of a dues run, on the page and as a workbook."""

import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse

from alliance.common.jobs import run_due
from fees.models import DuesRun
from fees.services.dues import draft_run, start_run
from tests.factories.fees import ScheduleFactory
from tests.factories.members import InstitutionFactory, MembershipFactory

pytestmark = pytest.mark.django_db
NEW = {"year": 2026, "issued_on": "2026-03-02"}


@pytest.fixture
def units():
    ScheduleFactory()
    return [MembershipFactory(joined_on=dt.date(2020, 1, 1), institution=InstitutionFactory(name=name, province="江苏省")) for name in ("甲大学", "乙大学")]


def sheets(answer):
    """Title and rows of each sheet."""
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    return {sheet.title: [tuple(cell.value for cell in row) for row in sheet] for sheet in book}, book


def test_a_run_for_a_part_is_drafted_from_what_was_typed(client_for, finance_officer, units):
    answer = client_for(finance_officer).post(reverse("admin:fees_duesrun_new"), NEW | {"province": "江苏省", "joined_to": 2021, "chosen": "乙大学\n甲大学"})

    run = DuesRun.objects.get()
    assert answer.status_code == 302
    assert (run.province, run.joined_to, run.joined_from, run.kind) == ("江苏省", 2021, None, "")
    assert run.chosen == [units[1].institution_id, units[0].institution_id]


def test_the_preview_as_a_workbook_has_amounts_as_numbers_and_columns_wide_enough(client_for, finance_officer, units):
    run = draft_run(year=2026, issued_on=dt.date(2026, 3, 2), actor=finance_officer)

    found, book = sheets(client_for(finance_officer).get(reverse("admin:fees_duesrun_preview", args=[run.pk])))

    billed, left_out = found.values()
    assert [row[0] for row in billed[1:]] == ["乙大学", "甲大学"]
    assert [row[6] for row in billed[1:]] == [2000, 2000]
    assert len(left_out) == 1
    first = book.worksheets[0]
    assert (first["G2"].number_format, first.column_dimensions["A"].width) == ("#,##0.00", 8)


def test_of_an_issued_run_the_workbook_names_who_was_left_out(client_for, finance_officer, units):
    runs = [draft_run(year=2026, issued_on=dt.date(2026, 3, 2), actor=finance_officer, chosen=chosen) for chosen in ([units[0].institution], [])]
    for run in runs:
        start_run(run, actor=finance_officer)
    run_due()

    found, _book = sheets(client_for(finance_officer).get(reverse("admin:fees_duesrun_preview", args=[runs[1].pk])))

    assert [[row[0] for row in rows[1:]] for rows in found.values()] == [["甲大学"]]
    assert runs[1].invoices.get().total == Decimal("2000.00")


def test_the_line_for_a_name_looks_like_any_other_line(client_for, finance_officer):
    page = client_for(finance_officer).get(reverse("admin:fees_duesrun_new")).content.decode()

    line = next(tag for tag in page.split("<") if 'list="units"' in tag)
    assert 'class="input suggestinginput' in line or 'class="suggestinginput input' in line or 'input"' in line
