"""Ballots for tests: open, voted on, closed."""

import datetime as dt

from django.core.files.uploadedfile import SimpleUploadedFile

from alliance.common.clock import database_now
from council.dossier import dossier_digest
from council.models import Ballot, Body
from council.services.drafting import add_motion, draft_ballot
from council.services.opening import open_ballot
from council.services.voting import Ticked
from members.enums import DepartureKind
from members.services.departures import ask_to_leave, pass_departure
from tests.factories.common import pdf
from tests.factories.council import BodyFactory, ProcedureFactory, SeatFactory
from tests.factories.fees import ScheduleFactory
from tests.factories.members import MembershipFactory

FAR = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)


def tick(motion, choice="for", comment=""):
    return Ticked(motion, choice, comment, dossier_digest(motion))


def scan(name="授权书.pdf"):
    return SimpleUploadedFile(name, pdf())


def removal(secretary):
    """The secretariat's proposal to remove a member, passed to the council."""
    departure = ask_to_leave(MembershipFactory(), actor=secretary, kind=DepartureKind.REMOVAL, reason="失联", effective_on=dt.date(2099, 1, 1), letter=None)
    return pass_departure(departure, actor=secretary)


def opened(secretary, *, seats=3, motions=1, applications=(), departures=(), **rules):
    """An open ballot of a body of its own, over texts of its own after the applications."""
    ScheduleFactory()
    body = rules.pop("body", None) or BodyFactory(code=f"body{Body.objects.count()}")
    ProcedureFactory(body=body, **rules)
    SeatFactory.create_batch(seats, body=body, person__with_user=True)
    ballot = draft_ballot(body=body, title="表决", closes_at=FAR, applications=list(applications), departures=departures, actor=secretary)
    for number in range(1, motions + 1):
        add_motion(ballot, title=f"第{number}项")
    return open_ballot(ballot, actor=secretary)


def let_time_pass(ballot):
    """Move the closing time into the past, as the clock would."""
    Ballot.objects.filter(pk=ballot.pk).update(closes_at=database_now() - dt.timedelta(seconds=1))
