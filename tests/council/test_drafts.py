"""What is done to a draft: looked at, corrected, filled."""

import datetime as dt

import pytest
from django.urls import reverse

from alliance.common.clock import database_now
from council.models import Ballot
from tests.factories.council import MotionFactory, ProcedureFactory
from tests.support import client_for

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("minutes", [-5, 0, 20])
def test_a_draft_with_less_than_an_hour_left_or_none_can_be_previewed(secretary, minutes):
    ProcedureFactory()
    ballot = MotionFactory().ballot
    Ballot.objects.update(closes_at=database_now() + dt.timedelta(minutes=minutes, seconds=30))

    page = client_for(secretary).get(reverse("admin:council_ballot_preview", args=[ballot.pk]))

    assert (page.status_code, f"还有 {max(0, minutes)} 分钟" in page.text) == (200, True)
