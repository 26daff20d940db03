"""What hinders one application holds up no other, and no ballot."""

import datetime as dt

import pytest

from council.dossier import dossier_digest
from council.enums import BallotStatus
from council.services.closing import close_ballot
from council.services.opening import open_ballot
from council.services.voting import Ticked, cast_votes
from members.answers import PARTS_BY_SLUG
from members.enums import ApplicationStatus, DepartureStatus, EndedHow
from members.models import Membership
from members.services.applying import AlreadyApplied, AlreadyMember, save_part
from members.services.memberships import end_membership
from members.services.screening import check_institution, pass_to_council
from tests.council.support import opened, removal, tick
from tests.factories.council import MotionFactory, ProcedureFactory, SeatFactory
from tests.factories.fees import ScheduleFactory
from tests.factories.members import ApplicationFactory, MembershipFactory
from tests.support import timeline

pytestmark = pytest.mark.django_db


def test_a_member_that_is_typed_in_full_is_known_as_a_member(applicant):
    member = MembershipFactory().institution
    application = ApplicationFactory(institution=None, applicant=applicant)

    with pytest.raises(AlreadyMember):
        save_part(application, PARTS_BY_SLUG["institution"], {"institution": None, "institution_typed": member.name}, actor=applicant)


def test_a_typed_name_is_not_linked_to_a_member_or_to_an_institution_with_an_open_application(secretary):
    typed = ApplicationFactory(institution=None, institution_typed="苏洲大学", status=ApplicationStatus.SUBMITTED)

    with pytest.raises(AlreadyMember):
        check_institution(typed, actor=secretary, institution=MembershipFactory().institution)
    with pytest.raises(AlreadyApplied):
        check_institution(typed, actor=secretary, institution=ApplicationFactory().institution)


def test_who_became_a_member_meanwhile_is_not_passed_on(secretary):
    application = ApplicationFactory(status=ApplicationStatus.SUBMITTED)
    MembershipFactory(institution=application.institution)

    with pytest.raises(AlreadyMember):
        pass_to_council(application, actor=secretary)


def test_a_decision_that_cannot_be_carried_out_leaves_the_others_carried_out(secretary):
    ScheduleFactory()
    procedure = ProcedureFactory()
    SeatFactory(body=procedure.body, person__with_user=True)
    stuck = MotionFactory(ballot__body=procedure.body, position=1)
    fine = MotionFactory(ballot=stuck.ballot, position=2)
    ballot = open_ballot(stuck.ballot, actor=secretary)
    elector = ballot.electors.get()
    cast_votes(elector, [Ticked(motion, "for", "", dossier_digest(motion)) for motion in (stuck, fine)], actor=elector.person.user)
    MembershipFactory(institution=stuck.application.institution)

    close_ballot(ballot, actor=secretary)

    stuck.application.refresh_from_db(), fine.application.refresh_from_db()
    assert (ballot.status, stuck.result.outcome) == (BallotStatus.CLOSED, "passed")
    assert (stuck.application.status, fine.application.status) == (ApplicationStatus.SCREENED, ApplicationStatus.APPROVED)
    assert Membership.objects.filter(application=fine.application).count() == 1
    assert "motion.not_carried_out" in [action for action, _actor in timeline(stuck.application)]


def test_a_departure_whose_membership_has_ended_meanwhile_does_not_keep_the_ballot_open(secretary):
    departure = removal(secretary)
    ballot = opened(secretary, departures=[departure], motions=0)
    motion = ballot.motions.get()
    for elector in ballot.electors.all():
        cast_votes(elector, [tick(motion)], actor=elector.person.user)
    end_membership(departure.membership, actor=secretary, how=EndedHow.REMOVED, reason="已撤销", on=dt.date(2026, 1, 1))

    close_ballot(ballot, actor=secretary)

    departure.refresh_from_db()
    assert (ballot.status, motion.result.outcome, departure.status) == (BallotStatus.CLOSED, "passed", DepartureStatus.SCREENED)
    assert "motion.not_carried_out" in [action for action, _actor in timeline(departure)]
