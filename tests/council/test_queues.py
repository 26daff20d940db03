"""What the council left to do stands on the start page until it is done."""

import pytest
from django.urls import reverse

from alliance.common.queues import queues_for
from council.models import Ballot
from council.services.closing import close_ballot
from council.services.drafting import add_motion, draft_ballot
from council.services.opening import open_ballot
from council.services.rounds import new_round
from council.services.voting import cast_votes
from members.enums import ApplicationStatus
from tests.council.support import FAR, opened, tick
from tests.factories.members import ApplicationFactory, MembershipFactory
from tests.support import client_for

pytestmark = pytest.mark.django_db


def waiting(user):
    """How many wait for another vote, and how many decisions were not carried out."""
    counts = {queue.url().rpartition("?")[2]: count for queue, count in queues_for(user)}
    return counts["left=vote"], counts["left=deed"]


def shown(user, left):
    """The ballots that the list behind the queue shows."""
    return list(client_for(user).get(reverse("admin:council_ballot_changelist"), {"left": left}).context["cl"].queryset)


def passed(ballot, secretary):
    for elector in ballot.electors.all():
        cast_votes(elector, [tick(motion) for motion in ballot.motions.all()], actor=elector.person.user)
    return close_ballot(ballot, actor=secretary)


def test_motions_without_a_quorum_wait_until_they_are_put_again(secretary):
    ballot = close_ballot(opened(secretary, motions=2), actor=secretary)
    passed(opened(secretary), secretary)

    before, listed = waiting(secretary), shown(secretary, "vote")
    new_round(Ballot.objects.get(pk=ballot.pk), body=ballot.body, closes_at=FAR, actor=secretary)

    assert (before, listed, waiting(secretary)) == ((2, 0), [ballot], (0, 0))


def test_an_application_without_a_quorum_that_stands_in_another_ballot_waits_no_more(secretary):
    application = ApplicationFactory(status=ApplicationStatus.SCREENED)
    ballot = close_ballot(opened(secretary, applications=[application], motions=0), actor=secretary)

    before = waiting(secretary)
    draft_ballot(body=ballot.body, title="再表决", closes_at=FAR, applications=[application], actor=secretary)

    assert (before, waiting(secretary)) == ((1, 0), (0, 0))


def test_what_passed_waits_for_the_second_vote(secretary):
    first = opened(secretary)
    draft = draft_ballot(body=first.body, title="章程修改", closes_at=FAR, applications=[], actor=secretary)
    add_motion(draft, title="修改章程", needs_second_vote=True)

    passed(open_ballot(draft, actor=secretary), secretary)

    assert (waiting(secretary), shown(secretary, "vote")) == ((1, 0), [draft])


def test_a_decision_that_could_not_be_carried_out_stands_there(secretary):
    stuck, fine = ApplicationFactory(status=ApplicationStatus.SCREENED), ApplicationFactory(status=ApplicationStatus.SCREENED)
    ballot = opened(secretary, applications=[stuck, fine], motions=0)
    MembershipFactory(institution=stuck.institution)

    passed(ballot, secretary)

    assert (waiting(secretary), shown(secretary, "deed")) == ((0, 1), [ballot])
