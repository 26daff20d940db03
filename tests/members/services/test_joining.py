"""What the application tells the register when the university has joined."""

import datetime as dt

import pytest

from members.services.joining import activate_membership
from tests.factories.members import ApplicationFactory, InstitutionFactory, MembershipFactory

TAX_NUMBER = "12100000400000624D"


def joined(**answers):
    """The institution after its joining fees are paid."""
    application = ApplicationFactory(status="approved", **answers)
    membership = MembershipFactory(pending=True, institution=application.institution, application=application)
    activate_membership(membership, source="sample", on=dt.date(2026, 3, 5))
    application.institution.refresh_from_db()
    return application.institution


@pytest.mark.django_db
def test_the_taxpayer_number_of_the_own_name_becomes_the_credit_code():
    assert joined(invoice_tax_number=TAX_NUMBER).credit_code == TAX_NUMBER


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answers", "kept"),
    [({"invoice_title": "苏州大学教育发展基金会"}, ""), ({"invoice_tax_number": "121000004000006240"}, "")],
    ids=["another's title", "wrong check digit"],
)
def test_a_number_that_may_be_another_ones_does_not(answers, kept):
    assert joined(**{"invoice_tax_number": TAX_NUMBER} | answers).credit_code == kept


@pytest.mark.django_db
def test_a_number_that_another_university_has_does_not():
    InstitutionFactory(credit_code=TAX_NUMBER)

    assert joined(invoice_tax_number=TAX_NUMBER).credit_code == ""
