"""Lists as files: exactly what is shown, harmless in a spreadsheet."""

import csv
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from members.models import Membership
from tests.factories.fees import PaymentFactory
from tests.factories.members import InstitutionFactory, MembershipFactory


@pytest.mark.django_db
def test_the_file_has_the_rows_of_the_filtered_list_and_real_types(secretary, client_for, timeline):
    shown = MembershipFactory(institution__province="河北省")
    MembershipFactory(institution__province="江苏省")

    response = client_for(secretary).get(reverse("admin:members_membership_changelist"), {"institution__province": "河北省", "export": "xlsx"})

    rows = list(load_workbook(io.BytesIO(response.content)).active.values)
    assert rows[0][:2] == ("成员编号", "学校") or rows[0][0] == "成员编号"
    assert [(row[0], row[1], row[6].date()) for row in rows[1:]] == [(shown.number, shown.institution.name, shown.joined_on)]
    assert Membership.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("payer", ["=1+1", "+cmd", "-2", "@SUM(A1)"])
def test_a_cell_that_would_run_as_a_formula_is_made_text(secretary, client_for, payer):
    PaymentFactory(payer_name=payer, institution=InstitutionFactory())

    response = client_for(secretary).get(reverse("admin:fees_payment_changelist"), {"export": "csv"})

    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert f"'{payer}" in rows[1]


@pytest.mark.django_db
def test_an_export_is_recorded(secretary, client_for, timeline):
    from alliance.common.models import Organisation

    client_for(secretary).get(reverse("admin:members_membership_changelist"), {"export": "csv"})

    assert timeline(Organisation.load())[-1] == ("export.made", secretary)
