"""The one search of the house: the order of what it finds, and how many there are."""

import pytest
from django.urls import reverse

from members.models import ApplicationEditor
from members.selectors.institutions import count_institutions, search_institutions
from tests.factories.members import ApplicationFactory, InstitutionFactory, MembershipFactory
from tests.support import client_for

pytestmark = pytest.mark.django_db


def found(text, limit=20):
    return [institution.name for institution in search_institutions(text, limit=limit)]


def test_the_university_of_a_place_comes_before_others_of_the_place():
    for name in ("苏州城市学院", "苏州大学应用技术学院", "苏州大学", "苏州学院", "江苏苏州中心"):
        InstitutionFactory(name=name)

    assert found("苏州") == ["苏州大学", "苏州学院", "苏州城市学院", "苏州大学应用技术学院", "江苏苏州中心"]


def test_members_come_first_among_equals():
    for name in ("苏州甲学校", "苏州乙学校"):
        InstitutionFactory(name=name)
    MembershipFactory(institution=InstitutionFactory(name="苏州丙学校"))

    assert found("苏州")[0] == "苏州丙学校"


def test_a_list_that_is_cut_says_of_how_many():
    for number in range(25):
        InstitutionFactory(name=f"苏州第{number}学校")
    application = ApplicationFactory()
    ApplicationEditor.objects.create(application=application, user=application.applicant)

    page = client_for(application.applicant).get(reverse("apply:part", args=[application.reference, "institution"]), {"q": "苏州"}).text

    assert (len(found("苏州")), count_institutions("苏州"), "共找到 25 所学校，以下为前 20 所" in page) == (20, 25, True)


@pytest.mark.parametrize(("text", "count"), [("", 0), ("s", 0), ("4132010285", 1), ("szdx", 1), ("苏大", 0)])
def test_counting_asks_what_the_search_asks(text, count):
    InstitutionFactory(name="苏州大学", moe_code="4132010285")

    assert (count_institutions(text), len(found(text))) == (count, count)
