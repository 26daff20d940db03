"""Two screeners press two different buttons on one application at the same moment, through the pages: one wins, the other sees what happened."""

import pytest

from members.enums import ApplicationStatus
from members.models import Application
from tests.factories.members import ApplicationFactory, StaffFactory
from tests.support import client_for, outbox_for

pytestmark = pytest.mark.django_db(transaction=True)


def press(client, application, step, **data):
    """The button of a step, its letter already looked at."""
    return client.post(f"/admin/members/application/{application.pk}/step/{step}/", {"previewed": "1", **data})


def test_one_wins_and_the_other_sees_what_happened(race):
    application = ApplicationFactory(status=ApplicationStatus.SUBMITTED)
    first, second = client_for(StaffFactory()), client_for(StaffFactory())

    answers = race(
        lambda: press(first, application, "decline", reason="不符合条件"),
        lambda: press(second, application, "pass", recommendation="建议接纳"),
    )

    codes = sorted(answer.status_code for answer in answers)
    lost = next(answer for answer in answers if answer.status_code == 200)
    status = Application.objects.get(pk=application.pk).status
    assert (codes, status in {ApplicationStatus.DECLINED, ApplicationStatus.SCREENED}) == ([200, 302], True)
    assert list(lost.context["form"].non_field_errors()) != []
    assert len(outbox_for(application)) == (2 if status == ApplicationStatus.DECLINED else 0)
    # And the record says who did what.
    page = first.get(f"/admin/members/application/{application.pk}/change/").text
    assert application.reference in page
