"""What is drawn once for a page of the admin is what the library would draw for each row."""

import pytest
from django.contrib import admin
from django.utils import translation
from unfold.admin import ModelAdmin

from alliance.common.admin.lists import row_checkbox
from members.models import Institution
from tests.factories.members import InstitutionFactory
from tests.support import client_for


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("key", [5, 'a"<b>&'])
def test_a_rows_box_is_the_librarys(language, key):
    unit = Institution(pk=key)
    with translation.override(language):
        assert row_checkbox(key) == ModelAdmin.action_checkbox(admin.site._registry[Institution], unit)


@pytest.mark.django_db
def test_the_headings_of_a_sorted_list_say_so(secretary):
    InstitutionFactory.create_batch(3)

    page = client_for(secretary).get("/admin/members/institution/?o=-2").context["cl"]

    assert [heading["sort_priority"] for heading in page.made_headings if heading.get("sorted")] == [1]
