"""What the database itself refuses, what a verification finds, and that looking and prefetching change nothing."""

import datetime as dt
import io
import re

import pypdfium2
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from alliance.common.clock import database_now
from alliance.common.models import OutboxMessage
from council.documents import minutes
from council.exceptions import CannotOpen
from council.models import Ballot, Elector, Motion, Paper, Participation, Procedure, Proxy, Recusal, Result, Vote
from council.selectors.verification import discrepancies
from council.services.closing import close_ballot, close_due_ballots
from council.services.proxies import give_proxy
from council.services.running import cancel_ballot, extend_ballot
from council.services.voting import BallotNotOpen, GivenAway, Recused, VotesAreFinal, cast_in_secret, cast_votes, recuse
from members.models import Person
from tests.council.support import let_time_pass, opened, scan, tick
from tests.factories.council import SeatFactory
from tests.factories.members import AffiliationFactory, ApplicationFactory
from tests.support import client_for, without_triggers

pytestmark = pytest.mark.django_db


def vote(ballot, *choices):
    for elector, choice in zip(ballot.electors.order_by("pk"), choices, strict=False):
        cast_votes(elector, [tick(motion, choice) for motion in ballot.motions.exclude(recusals__elector=elector)], actor=elector.person.user)


def test_nobody_enters_the_electorate_after_the_opening(secretary):
    ballot = opened(secretary)
    late = SeatFactory(body=ballot.body)

    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Elector.objects.create(ballot=ballot, seat=late, institution=late.institution, person=late.person)


def test_a_voter_who_leaves_or_loses_the_seat_changes_nothing(secretary):
    ballot = opened(secretary)
    vote(ballot, "for", "for", "for")
    seat = ballot.electors.first().seat
    seat.term_until = dt.date(2024, 2, 1)
    seat.save()
    Person.objects.filter(pk=seat.person_id).update(user=None)

    close_ballot(ballot, actor=secretary)

    assert (Result.objects.get().seats, Result.objects.get().votes_for, discrepancies(ballot)) == (3, 3, [])


def test_the_rules_by_which_is_voted_cannot_be_changed(secretary):
    ballot = opened(secretary)

    with pytest.raises(IntegrityError, match="fixed"), transaction.atomic():
        Procedure.objects.filter(pk=ballot.procedure_id).update(quorum_numerator=0)
    Procedure.objects.filter(pk=ballot.procedure_id).update(clause="章程第十二条")


@pytest.mark.parametrize("moment", ["after the vote", "after the close"])
def test_the_database_takes_no_recusal(secretary, moment):
    ballot = opened(secretary)
    vote(ballot, "for")
    elector = ballot.electors.order_by("pk")[0 if moment == "after the vote" else 1]
    if moment == "after the close":
        let_time_pass(ballot)

    with pytest.raises(IntegrityError), transaction.atomic():
        Recusal.objects.create(elector=elector, motion=ballot.motions.get(), reason="x")


def test_stepping_aside_after_the_end_is_refused_in_words(secretary):
    ballot = opened(secretary)
    elector = ballot.electors.first()
    let_time_pass(ballot)

    with pytest.raises(BallotNotOpen):
        recuse(elector, ballot.motions.get(), actor=elector.person.user, reason="x")


def test_no_result_is_written_before_the_close(secretary):
    ballot = opened(secretary)

    with pytest.raises(IntegrityError), transaction.atomic():
        Result.objects.create(motion=ballot.motions.get(), seats=3, recused=0, votes_for=3, votes_against=0, abstentions=0, outcome="passed", rule_text="")


def raw_vote_and_recusal(ballot):
    """The same elector votes and steps aside at once, past the services and their lock."""
    elector, motion = ballot.electors.first(), ballot.motions.get()

    def cast():
        with transaction.atomic():
            Vote.objects.create(elector=elector, motion=motion, choice="for", receipt="R", dossier="", cast_at=database_now())
            connection.cursor().execute("SELECT pg_sleep(0.3)")

    def step_aside():
        with transaction.atomic():
            Recusal.objects.create(elector=elector, motion=motion, reason="x")
            connection.cursor().execute("SELECT pg_sleep(0.3)")

    return cast, step_aside


@pytest.mark.django_db(transaction=True)
def test_voting_and_stepping_aside_at_once_leaves_one_of_them(secretary, race):
    race(*raw_vote_and_recusal(opened(secretary)))

    assert Vote.objects.count() + Recusal.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_control_without_the_triggers_both_stand(secretary, race):
    acts = raw_vote_and_recusal(opened(secretary))

    with without_triggers("council_recusal"):
        race(*acts)

    assert (Vote.objects.count(), Recusal.objects.count()) == (1, 1)


def test_who_has_a_role_in_the_university_that_is_voted_on_is_recused_too(secretary):
    application = ApplicationFactory(status="screened")
    seat = SeatFactory(person__with_user=True)
    AffiliationFactory(person=seat.person, institution=application.institution)
    ballot = opened(secretary, applications=[application], motions=0, body=seat.body)

    assert [recusal.elector.seat for recusal in Recusal.objects.filter(motion__ballot=ballot)] == [seat]


@pytest.mark.parametrize("kind", ["staff", "somebody else in the electorate"])
def test_nobody_votes_for_a_place_that_is_not_theirs(secretary, kind):
    ballot = opened(secretary)
    first, second, _third = ballot.electors.order_by("pk")
    actor = secretary if kind == "staff" else second.person.user

    with pytest.raises(GivenAway):
        cast_votes(first, [tick(ballot.motions.get())], actor=actor)
    assert client_for(secretary).post(reverse("council:ballot", args=[ballot.pk]), {}).status_code == 404


def test_who_steps_aside_does_not_vote_on_it_for_another_either(secretary):
    ballot = opened(secretary, proxies_allowed=True)
    giver, holder, _third = ballot.electors.order_by("pk")
    motion = ballot.motions.get()
    give_proxy(giver, holder, authority=scan(), actor=secretary)
    recuse(holder, motion, actor=holder.person.user, reason="关联")

    with pytest.raises(Recused):
        cast_votes(giver, [tick(motion)], actor=holder.person.user)
    page = client_for(holder.person.user).get(reverse("council:ballot", args=[ballot.pk]) + f"?for={giver.pk}")
    assert f"m{motion.pk}-choice" not in page.text


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(3))
def test_giver_holder_and_proxy_at_once_make_one_vote_at_most(secretary, race, attempt):
    ballot = opened(secretary, proxies_allowed=True)
    giver, holder, _third = ballot.electors.order_by("pk")
    motion = ballot.motions.get()

    race(
        lambda: cast_votes(giver, [tick(motion)], actor=giver.person.user),
        lambda: give_proxy(giver, holder, authority=scan(), actor=secretary),
        lambda: cast_votes(giver, [tick(motion, "against")], actor=holder.person.user),
    )

    assert Vote.objects.filter(elector=giver).count() <= 1
    if Proxy.objects.exists():
        assert not Vote.objects.filter(elector=giver, choice="for").exists() or Vote.objects.filter(elector=giver).count() == 1


def test_a_closed_ballot_is_verified_and_its_minutes_say_the_same(secretary):
    ballot = opened(secretary, seats=4, motions=2)
    aside = ballot.electors.order_by("pk").last()
    recuse(aside, ballot.motions.first(), actor=aside.person.user, reason="校友")
    vote(ballot, "for", "against", "for")
    close_ballot(ballot, actor=secretary)

    out = io.StringIO()
    call_command("verify_ballot", str(ballot.pk), stdout=out)
    document = pypdfium2.PdfDocument(minutes(ballot, secretary))
    text = "".join(page.get_textpage().get_text_range() for page in document)
    flat = re.sub(r"\s", "", text)

    assert out.getvalue().strip() == f"{ballot.pk} 表决: ok"
    for result in Result.objects.all():
        assert result.digest in flat
        assert re.sub(r"\s", "", result.rule_text) in flat
    assert f"{aside.institution.name}（校友）" in flat
    assert ("签发：" in flat, "未参加" in flat, "参加表决3席" in flat) == (True, True, True)


@pytest.mark.parametrize(
    ("table", "tampering", "found"),
    [
        ("council_vote", "UPDATE council_vote SET choice = 'against'", 3),
        ("council_vote", "DELETE FROM council_vote WHERE choice = 'for'", 3),
        ("council_result", "UPDATE council_result SET outcome = 'rejected'", 1),
        ("council_elector", "UPDATE council_elector SET institution_id = (SELECT max(institution_id) FROM council_elector)", 1),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_what_is_changed_past_the_triggers_is_found(secretary, table, tampering, found):
    ballot = opened(secretary)
    vote(ballot, "for", "for", "for")
    close_ballot(ballot, actor=secretary)

    with without_triggers(table), connection.cursor() as cursor:
        cursor.execute(tampering)

    assert 0 < len(discrepancies(Ballot.objects.get())) <= found
    with pytest.raises(CommandError):
        call_command("verify_ballot", stdout=io.StringIO())


def test_papers_of_a_secret_ballot_are_verified_too(secretary):
    ballot = opened(secretary, secret=True, changeable=False)
    for elector in ballot.electors.all():
        cast_in_secret(elector, [tick(ballot.motions.get())], actor=elector.person.user)

    close_ballot(ballot, actor=secretary)

    assert discrepancies(Ballot.objects.get()) == []


def test_no_order_in_the_urn_leads_from_a_paper_to_its_voter(secretary):
    ballot = opened(secretary, seats=150, secret=True, changeable=False)
    motion = ballot.motions.get()
    order = []
    for elector in ballot.electors.order_by("pk"):
        (paper,) = cast_in_secret(elector, [tick(motion)], actor=elector.person.user)
        order.append(paper.receipt)
    close_ballot(ballot, actor=secretary)

    with connection.cursor() as cursor:
        guesses = {}
        for by in ("ctid", "id", "receipt", "xmin::text::bigint, ctid"):
            cursor.execute(f"SELECT receipt FROM council_paper ORDER BY {by}")
            guesses[by] = sum(ours == row[0] for ours, row in zip(order, cursor.fetchall(), strict=True))

    # A random order hits once on average; eight or more come about once in a hundred thousand runs.
    assert {by: hits for by, hits in guesses.items() if hits >= 8} == {}


def test_the_links_of_all_mails_can_be_followed_any_number_of_times(secretary):
    ballot = opened(secretary)
    elector = ballot.electors.first()
    extend_ballot(ballot, actor=secretary, closes_at=ballot.closes_at + dt.timedelta(days=1), reason="假期")
    links = {link for mail in OutboxMessage.objects.all() for link in re.findall(r"https?://[^/\s]+(/council/\S*)", mail.body_text)}
    counts = (Vote, Participation, Paper, Recusal, Proxy, Result)

    for user in (None, elector.person.user):
        for link in links:
            for _times in range(3):
                client_for(user).get(link, headers={"purpose": "prefetch"})
                client_for(user).head(link)

    assert links == {reverse("council:ballot", args=[ballot.pk])}
    assert [model.objects.count() for model in counts] == [0] * len(counts)
    assert Ballot.objects.get().status == "open"


def test_after_the_end_a_ballot_is_not_extended(secretary):
    ballot = opened(secretary)
    let_time_pass(ballot)

    with pytest.raises(CannotOpen):
        extend_ballot(ballot, actor=secretary, closes_at=ballot.closes_at + dt.timedelta(days=1), reason="再等等")


def test_those_with_a_vote_left_learn_of_more_time_and_all_of_a_cancelled_vote(secretary):
    ballot = opened(secretary)
    vote(ballot, "for")
    extend_ballot(ballot, actor=secretary, closes_at=ballot.closes_at + dt.timedelta(days=1), reason="假期")
    cancel_ballot(ballot, actor=secretary, reason="材料有误")

    templates = list(OutboxMessage.objects.values_list("template", flat=True))

    assert [templates.count(f"council/mail/ballot_{name}") for name in ("opened", "extended", "cancelled")] == [3, 2, 3]


def test_without_a_quorum_it_is_extended_once_where_the_rules_say_so(secretary):
    ballot = opened(secretary, quorum_extension_days=3)
    let_time_pass(ballot)

    first = close_due_ballots()
    between = Ballot.objects.get()
    let_time_pass(ballot)
    second = close_due_ballots()

    assert (first, between.status, between.extended_for_quorum, between.closes_at > database_now() + dt.timedelta(days=2)) == (0, "open", True, True)
    assert (second, Result.objects.get().outcome) == (1, "no_quorum")


def test_with_a_quorum_it_closes_at_its_time(secretary):
    ballot = opened(secretary, quorum_extension_days=3)
    vote(ballot, "for", "against")
    let_time_pass(ballot)

    assert (close_due_ballots(), Ballot.objects.get().status) == (1, "closed")


def test_a_vote_that_is_final_stays(secretary):
    ballot = opened(secretary, changeable=False)
    vote(ballot, "for")

    with pytest.raises(VotesAreFinal):
        vote(ballot, "against")
    assert Motion.objects.get().votes.get().choice == "for"
