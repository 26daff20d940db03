"""One page tells a unit's whole way: from the application to the places it takes at meetings."""

import datetime as dt

import pytest
from django.urls import reverse

from meetings.services.registration import register
from members.models import Application
from members.services.joining import activate_membership, approve_application
from tests.factories.meetings import AllowanceRuleFactory, MeetingFactory
from tests.factories.members import ApplicationFactory, PersonFactory
from tests.support import client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def admitted(secretary):
    """An application that became a membership, and a teacher of the unit at a meeting."""
    application = ApplicationFactory(status="balloted")
    membership = approve_application(application, actor=secretary, on=dt.date(2026, 3, 2))
    activate_membership(membership, source="sample", on=dt.date(2026, 3, 5))
    AllowanceRuleFactory()
    person = PersonFactory(name="参会老师")
    register(MeetingFactory(), membership.institution, person, actor=secretary)
    return Application.objects.get(pk=application.pk)


@pytest.mark.parametrize("page", ["application", "institution"])
def test_the_timeline_reaches_from_the_decision_to_the_meeting(admitted, secretary, page):
    record = admitted if page == "application" else admitted.institution

    answer = client_for(secretary).get(reverse(f"admin:members_{page}_change", args=[record.pk]))

    shown = [(entry.action, entry.detail) for entry in answer.context["entries"]]
    assert [action for action, _detail in shown][:1] == ["application.approved"]
    assert ("registration.made", "参会老师 · 成员单位免费名额") in shown
