"""Units, memberships and notices are typed, not picked from thousands."""

import pytest
from django import forms

from fees.forms.dues import NewRunForm, PauseForm
from fees.forms.payments import AllocateForm, SeveralUnitsForm
from fees.forms.units import MembershipField, UnitField, UnitsField
from fees.models import Invoice
from members.enums import AliasKind
from members.services.importing import alias_row
from tests.factories.fees import InvoiceFactory
from tests.factories.members import InstitutionFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def suda():
    institution = InstitutionFactory(name="苏州大学")
    alias_row(institution, "苏大", AliasKind.SHORT).save()
    return MembershipFactory(institution=institution)


@pytest.mark.parametrize("typed", ["苏州大学", " 苏大 ", "苏州大学　"])
def test_a_unit_is_known_by_any_of_its_names(suda, typed):
    assert UnitField(label="x").clean(typed) == suda.institution
    assert MembershipField(label="x").clean(typed) == suda


def test_links_of_our_own_pages_may_give_the_key(suda):
    assert UnitField(label="x").clean(str(suda.institution_id)) == suda.institution
    assert MembershipField(label="x").clean(str(suda.pk)) == suda


@pytest.mark.parametrize("typed", ["没有的大学", "99999999", "\x00", "燕山大学"])
def test_what_is_no_member_is_refused_and_what_was_typed_stays(suda, typed):
    InstitutionFactory(name="燕山大学")

    form = PauseForm({"institution": typed, "until": "2027-01-01", "reason": "x"})

    assert list(form.errors) == ["institution"]
    assert form["institution"].value() == typed


def test_the_page_offers_names_and_shows_the_name_of_a_key(suda):
    page = str(PauseForm(initial={"institution": suda.institution_id})["institution"])

    assert ('value="苏州大学"' in page, page.count("<option")) == (True, 1)


def test_several_fields_share_one_list(suda):
    form = SeveralUnitsForm()

    assert str(form).count("<datalist") == 1
    assert str(form).count('list="units"') == SeveralUnitsForm.ROWS


def test_a_column_of_names_is_read_and_each_that_is_not_found_is_named(suda):
    other = MembershipFactory(institution=InstitutionFactory(name="燕山大学")).institution

    assert UnitsField(label="x").clean("苏大\n\n燕山大学\n苏州大学") == [suda.institution, other]
    with pytest.raises(forms.ValidationError) as refused:
        UnitsField(label="x").clean("苏大\n甲\n乙")
    assert [message.split("：")[0] for message in refused.value.messages] == ["甲", "乙"]


def test_the_years_of_a_run_stand_in_order():
    form = NewRunForm({"year": 2026, "issued_on": "2026-03-02", "joined_from": 2022, "joined_to": 2021})

    assert list(form.errors) == ["joined_to"]


def test_a_notice_is_known_by_its_number_or_by_the_suggestion():
    invoice = InvoiceFactory()
    suggestion = f"{invoice.number} · {invoice.institution_name} · ¥2,000.00"

    for typed in (invoice.number, invoice.number.lower(), suggestion):
        form = AllocateForm({"invoice": typed, "amount": "1"}, invoices=Invoice.objects.open())
        assert form.is_valid()
        assert form.cleaned_data["invoice"] == invoice
    assert list(AllocateForm({"invoice": "JF2026-9999", "amount": "1"}, invoices=Invoice.objects.open()).errors) == ["invoice"]
