"""Voting: the pages, the races, the rules."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from alliance.common.clock import database_now
from council.dossier import dossier_digest
from council.exceptions import CannotOpen
from council.models import Ballot, Procedure, Result, Vote
from council.procedure import decide
from council.selectors.electorate import elector_of
from council.selectors.tally import visible_tally
from council.services.closing import close_ballot, close_due_ballots
from council.services.opening import open_ballot
from council.services.running import cancel_ballot, extend_ballot
from council.services.voting import BallotNotOpen, DossierChanged, Recused, Ticked, VotesAreFinal, cast_votes, recuse
from fees.models import Invoice
from members.enums import ApplicationStatus
from members.models import Application, Membership
from tests.factories.council import BallotFactory, MotionFactory, ProcedureFactory, SeatFactory
from tests.factories.fees import ScheduleFactory
from tests.factories.members import ApplicationFactory
from tests.support import without_triggers


@pytest.fixture
def ballot(secretary):
    """An open ballot over one application, with three seats."""
    ScheduleFactory()
    ProcedureFactory()
    SeatFactory.create_batch(3, person__with_user=True)
    motion = MotionFactory()
    return open_ballot(motion.ballot, actor=secretary)


def tick(motion, choice="for", comment=""):
    return Ticked(motion, choice, comment, dossier_digest(motion))


def vote_all(ballot, choice):
    motion = ballot.motions.get()
    for elector in ballot.electors.all():
        cast_votes(elector, [tick(motion, choice)], actor=elector.person.user)


def close_now(ballot):
    """Move the closing time into the past, as the clock would."""
    Ballot.objects.filter(pk=ballot.pk).update(closes_at=database_now() - dt.timedelta(seconds=1))


def test_the_explanation_says_the_arithmetic():
    decision = decide(Procedure(), seats=9, votes_for=5, votes_against=1, abstentions=0, recused=1)

    assert decision.explanation == "法定人数：8 席的 2/3，即 6 席；实际参加 6 席。多数要求：参加表决者（6）的超过 1/2；同意 5 票。通过。"


@pytest.mark.django_db
def test_opening_freezes_the_electorate_and_writes_to_everybody(ballot, outbox_for):
    SeatFactory()

    assert ballot.electors.count() == 3
    assert [message.template for message in outbox_for(ballot)] == ["council/mail/ballot_opened"] * 3


@pytest.mark.django_db
@pytest.mark.parametrize("missing", ["motion", "rules", "seats", "time"])
def test_a_ballot_with_something_missing_does_not_open(missing, secretary):
    if missing != "rules":
        ProcedureFactory()
    if missing != "seats":
        SeatFactory()
    ballot = BallotFactory(**({"closes_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)} if missing == "time" else {}))
    if missing != "motion":
        MotionFactory(ballot=ballot)

    with pytest.raises(CannotOpen):
        open_ballot(ballot, actor=secretary)

    assert Ballot.objects.get(pk=ballot.pk).status == "draft"


@pytest.mark.django_db
def test_the_seat_of_the_applicant_is_recused_by_itself(secretary):
    ProcedureFactory()
    seat = SeatFactory(person__with_user=True)
    motion = MotionFactory(application=ApplicationFactory(institution=seat.institution, status="screened"))
    ballot = open_ballot(motion.ballot, actor=secretary)

    with pytest.raises(Recused):
        cast_votes(elector_of(seat.person.user, ballot), [tick(motion)], actor=seat.person.user)


@pytest.mark.django_db
def test_approval_makes_membership_and_invoice_at_once(ballot, secretary):
    vote_all(ballot, "for")

    close_ballot(ballot, actor=secretary)

    assert (Membership.objects.count(), Invoice.objects.count(), Result.objects.get().outcome) == (1, 1, "passed")


@pytest.mark.django_db
def test_rejection_declines_and_tells_the_applicant(ballot, secretary, outbox_for):
    vote_all(ballot, "against")
    application = ballot.motions.get().application

    close_ballot(ballot, actor=secretary)

    application.refresh_from_db()
    assert (application.status, Membership.objects.count()) == (ApplicationStatus.DECLINED, 0)
    assert "members/mail/application_declined" in {message.template for message in outbox_for(application)}


@pytest.mark.django_db
def test_without_quorum_the_application_waits_for_another_ballot(ballot, secretary):
    close_ballot(ballot, actor=secretary)

    assert (Application.objects.get().status, Result.objects.get().outcome) == (ApplicationStatus.SCREENED, "no_quorum")


@pytest.mark.django_db
def test_a_vote_can_be_changed_until_the_close_and_gets_a_new_receipt(ballot):
    motion, elector = ballot.motions.get(), ballot.electors.first()
    (first,) = cast_votes(elector, [tick(motion, "for")], actor=elector.person.user)

    first_receipt = first.receipt
    (second,) = cast_votes(elector, [tick(motion, "against", "再想想")], actor=elector.person.user)

    assert (second.pk, second.receipt == first_receipt, second.choice, second.changes) == (first.pk, False, "against", 1)


@pytest.mark.django_db
def test_where_the_rules_say_so_a_vote_is_final(secretary):
    ProcedureFactory(changeable=False)
    seat = SeatFactory(person__with_user=True)
    motion = MotionFactory()
    ballot = open_ballot(motion.ballot, actor=secretary)
    elector = elector_of(seat.person.user, ballot)
    cast_votes(elector, [tick(motion, "for")], actor=seat.person.user)

    with pytest.raises(VotesAreFinal):
        cast_votes(elector, [tick(motion, "against")], actor=seat.person.user)


@pytest.mark.django_db
def test_nobody_votes_on_a_dossier_that_has_changed(ballot):
    motion, elector = ballot.motions.get(), ballot.electors.first()
    ticked = tick(motion)
    Application.objects.update(recommendation="另有补充。")
    motion.application.refresh_from_db()

    with pytest.raises(DossierChanged):
        cast_votes(elector, [ticked], actor=elector.person.user)


@pytest.mark.django_db
def test_after_the_closing_time_a_vote_is_refused_even_before_the_count(ballot):
    motion, elector = ballot.motions.get(), ballot.electors.first()
    close_now(ballot)

    with pytest.raises(BallotNotOpen):
        cast_votes(elector, [tick(motion)], actor=elector.person.user)


@pytest.mark.django_db
def test_stepping_aside_comes_before_the_vote(ballot):
    motion, elector = ballot.motions.get(), ballot.electors.first()
    cast_votes(elector, [tick(motion)], actor=elector.person.user)

    with pytest.raises(VotesAreFinal):
        recuse(elector, motion, actor=elector.person.user, reason="校友")


@pytest.mark.django_db
def test_extending_and_cancelling(ballot, secretary, timeline):
    later = ballot.closes_at + dt.timedelta(days=1)
    extend_ballot(ballot, actor=secretary, closes_at=later, reason="假期")
    cancel_ballot(ballot, actor=secretary, reason="材料有误")

    assert [action for action, _who in timeline(ballot)] == ["ballot.opened", "ballot.extended", "ballot.cancelled"]
    assert Application.objects.get().status == ApplicationStatus.SCREENED


@pytest.mark.django_db(transaction=True)
def test_votes_that_race_with_the_close_are_counted_or_refused(ballot, race):
    motion = ballot.motions.get()
    electors = list(ballot.electors.select_related("person__user"))

    def vote(elector):
        return lambda: cast_votes(elector, [tick(motion)], actor=elector.person.user)

    outcomes = race(*[vote(elector) for elector in electors], lambda: close_ballot(Ballot.objects.get(pk=ballot.pk), source="task:close-ballots"))

    accepted = [outcome for outcome in outcomes[:-1] if not isinstance(outcome, Exception)]
    refused = {type(outcome) for outcome in outcomes[:-1] if isinstance(outcome, Exception)}
    assert (Result.objects.get().votes_for, refused <= {BallotNotOpen}) == (len(accepted), True)


@pytest.mark.django_db(transaction=True)
def test_control_without_the_trigger_a_vote_after_the_close_stands_uncounted(ballot, secretary):
    motion, elector = ballot.motions.get(), ballot.electors.first()
    close_ballot(ballot, actor=secretary)

    with without_triggers("council_vote"):
        Vote.objects.create(elector=elector, motion=motion, choice="for", receipt="X", dossier="", cast_at=database_now())

    assert (Vote.objects.count(), Result.objects.get().votes_for) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_four_workers_close_once(ballot, race):
    vote_all(ballot, "for")
    close_now(ballot)

    race(*[close_due_ballots] * 4)

    assert (Result.objects.count(), Membership.objects.count(), Invoice.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_tabs_vote_once(ballot, race):
    motion, elector = ballot.motions.get(), ballot.electors.first()

    race(*[lambda: cast_votes(elector, [tick(motion)], actor=elector.person.user)] * 4)

    assert Vote.objects.count() == 1


@pytest.mark.django_db
def test_a_closed_ballot_cannot_be_changed_by_anybody(ballot, secretary):
    vote_all(ballot, "for")
    close_ballot(ballot, actor=secretary)
    answers = {}

    for statement in (
        "UPDATE council_result SET votes_for = 9",
        "DELETE FROM council_elector",
        "UPDATE council_ballot SET status = 'open'",
        "UPDATE council_motion SET title = 'x'",
        "DELETE FROM council_vote",
        "UPDATE council_vote SET choice = 'against'",
    ):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            answers[statement] = "done"
        except DatabaseError as refused:
            answers[statement] = type(refused).__name__

    assert {statement: answer for statement, answer in answers.items() if answer not in {"IntegrityError", "InternalError"}} == {}


@pytest.mark.django_db
def test_the_same_vote_twice_in_the_database_is_refused(ballot):
    motion, elector = ballot.motions.get(), ballot.electors.first()
    cast_votes(elector, [tick(motion)], actor=elector.person.user)

    with pytest.raises(IntegrityError):
        Vote.objects.create(elector=elector, motion=motion, choice="for", receipt="OTHER", dossier="", cast_at=database_now())


@pytest.mark.django_db
def test_the_voting_page_votes_by_its_button_and_shows_receipts(ballot, client_for):
    motion, elector = ballot.motions.get(), ballot.electors.first()
    client = client_for(elector.person.user)
    url = reverse("council:ballot", args=[ballot.pk])
    prefix = f"m{motion.pk}"

    response = client.post(url, {f"{prefix}-choice": "for", f"{prefix}-comment": "同意", f"{prefix}-dossier": dossier_digest(motion)}, follow=True)

    assert Vote.objects.get().receipt in response.content.decode()


@pytest.mark.django_db
def test_looking_changes_nothing(ballot, client_for):
    motion, elector = ballot.motions.get(), ballot.electors.first()
    client = client_for(elector.person.user)

    for name, args in [("ballot", [ballot.pk]), ("dossier", [ballot.pk, motion.pk]), ("recuse", [ballot.pk, motion.pk]), ("receipt", [ballot.pk])]:
        response = client.get(reverse(f"council:{name}", args=args))
        assert response.status_code == 200

    assert (Vote.objects.count(), elector.recusals.count()) == (0, 0)


@pytest.mark.django_db
def test_the_recused_do_not_read_the_dossier(ballot, client_for):
    motion, elector = ballot.motions.get(), ballot.electors.first()
    recuse(elector, motion, actor=elector.person.user, reason="校友")

    assert client_for(elector.person.user).get(reverse("council:dossier", args=[ballot.pk, motion.pk])).status_code == 404


@pytest.mark.django_db
def test_while_open_staff_learn_how_many_voted_and_not_what(ballot, secretary, client_for):
    elector = ballot.electors.first()
    cast_votes(elector, [tick(ballot.motions.get(), "against", "秘密意见")], actor=elector.person.user)

    page = client_for(secretary).get(reverse("admin:council_ballot_change", args=[ballot.pk])).content.decode()

    assert visible_tally(ballot, secretary) == {"seats": 3, "voted": 1, "final": False}
    assert ("3 席中已有 1 席表决" in page, "秘密意见" in page) == (True, False)


@pytest.mark.django_db
def test_minutes_are_a_pdf_for_electors_and_staff_only(ballot, secretary, stranger, client_for):
    vote_all(ballot, "for")
    close_ballot(ballot, actor=secretary)
    url = reverse("council:minutes", args=[ballot.pk])

    answers = [client_for(user).get(url).status_code for user in (ballot.electors.first().person.user, secretary, stranger, None)]

    assert answers == [200, 200, 403, 302]
