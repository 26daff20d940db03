"""Coming back: what the unit, a stranger and the screener see."""

import datetime as dt

import pytest
from django.urls import reverse

from alliance.common.clock import today
from fees.services.billing import issue_joining_invoice
from members.models import ApplicationEditor
from members.selectors.readmission import readmission_of
from members.services.departures import approve_departure, ask_to_leave, pass_departure
from members.services.joining import activate_membership
from tests.factories.fees import ScheduleFactory
from tests.factories.members import AffiliationFactory, ApplicationFactory, InstitutionFactory, MembershipFactory, UserFactory
from tests.support import client_for

pytestmark = pytest.mark.django_db
OWED = "尚待结清："


@pytest.fixture
def removed(secretary):
    """A unit that the council removed and that still owes its joining notice."""
    ScheduleFactory()
    membership = MembershipFactory(pending=True, institution=InstitutionFactory(name="苏州大学"))
    issue_joining_invoice(membership, source="sample", on=dt.date(2026, 3, 5))
    activate_membership(membership, source="sample", on=dt.date(2026, 3, 5))
    liaison = AffiliationFactory(institution=membership.institution, person__with_user=True)
    departure = ask_to_leave(membership, actor=secretary, kind="removal", reason="两年未缴费", effective_on=today(), letter=None)
    pass_departure(departure, actor=secretary)
    approve_departure(departure, actor=secretary, decision="2026年理事会第三次会议", on=today())
    return membership, liaison.person.user


def test_none_for_a_member_and_for_one_that_never_was():
    assert (readmission_of(InstitutionFactory(), tell=True), readmission_of(MembershipFactory().institution, tell=True), readmission_of(None, tell=True)) == (
        None,
        None,
        None,
    )


def test_who_was_liaison_sees_the_decision_and_what_is_owed(removed):
    membership, liaison = removed

    case = readmission_of(membership.institution, tell=True)
    page = client_for(liaison).get(reverse("apply:readmission")).text
    portal = client_for(liaison).get(reverse("portal:overview")).text

    assert (case.membership.number, case.was_removed, case.departure.decision) == (membership.number, True, "2026年理事会第三次会议")
    assert (OWED in page, "2026年理事会第三次会议" in page, membership.number in page, "重新入盟说明" in portal) == (True, True, True, True)


def test_a_stranger_who_picks_the_unit_learns_of_no_debts_until_its_seal_was_seen(removed):
    membership, _liaison = removed
    stranger = UserFactory()
    draft = ApplicationFactory(applicant=stranger, institution=membership.institution)
    ApplicationEditor.objects.create(application=draft, user=stranger)

    pages = [client_for(stranger).get(reverse("apply:tasks", args=[draft.reference])).text, client_for(stranger).get(reverse("apply:readmission")).text]

    assert [(membership.number in page, OWED in page, "两年未缴费" in page, "2026年理事会第三次会议" in page) for page in pages] == [
        (True, False, False, False)
    ] * 2


def test_the_screener_sees_it_on_the_record_and_where_it_is_decided(removed, secretary):
    membership, _liaison = removed
    application = ApplicationFactory(institution=membership.institution, status="submitted")
    client = client_for(secretary)

    pages = [client.get(reverse(f"admin:members_application_{name}", args=[application.pk])).text for name in ("change", "pass", "return", "decline")]

    assert [("重新入盟" in page, "2026年理事会第三次会议" in page) for page in pages] == [(True, True)] * 4


def test_the_page_is_for_everybody():
    assert client_for(None).get(reverse("apply:readmission")).status_code == 200
