"""Secret ballots, proxies, the assembly, new rounds, results of meetings, discussions, openings at a time."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from alliance.common.clock import database_now
from alliance.common.exceptions import InvalidTransition
from council.documents import approval_letter, minutes
from council.dossier import dossier_digest
from council.enums import Choice
from council.exceptions import CannotOpen, ProxyRefused
from council.models import Ballot, Motion, Paper, Participation, Result, Vote
from council.roll import voters
from council.selectors.electorate import elector_of
from council.selectors.participation import attendance
from council.selectors.tally import visible_result
from council.services.closing import close_ballot, close_due_ballots
from council.services.drafting import add_motion, comment, draft_ballot, open_discussion
from council.services.opening import open_ballot, open_scheduled_ballots, schedule_opening
from council.services.proxies import give_proxy
from council.services.rounds import new_round, record_meeting_result
from council.services.seats import replace_holder
from council.services.voting import Ticked, VotesAreFinal, cast_in_secret, cast_votes, recuse
from members.enums import ApplicationStatus, PersonRole
from members.models import Application, Membership
from tests.factories.common import pdf
from tests.factories.council import BallotFactory, BodyFactory, MotionFactory, ProcedureFactory, SeatFactory
from tests.factories.fees import ScheduleFactory
from tests.factories.members import AffiliationFactory, ApplicationFactory, MembershipFactory, PersonFactory, TierFactory
from tests.support import client_for, without_triggers

pytestmark = pytest.mark.django_db
FAR = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)


def tick(motion, choice="for"):
    return Ticked(motion, choice, "", dossier_digest(motion))


def scan(name="授权书.pdf"):
    return SimpleUploadedFile(name, pdf())


def opened(secretary, *, seats=3, motions=1, **rules):
    """An open ballot over texts of its own."""
    ScheduleFactory()
    procedure = ProcedureFactory(**rules)
    SeatFactory.create_batch(seats, body=procedure.body, person__with_user=True)
    ballot = draft_ballot(body=procedure.body, title="表决", closes_at=FAR, applications=[], text=("第1项", "正文"), actor=secretary)
    for number in range(2, motions + 1):
        add_motion(ballot, title=f"第{number}项")
    return open_ballot(ballot, actor=secretary)


@pytest.fixture
def secret(secretary):
    return opened(secretary, secret=True, changeable=False)


def vote_in_secret(ballot, *choices):
    motion = ballot.motions.get()
    papers = []
    for elector, choice in zip(ballot.electors.order_by("pk"), choices, strict=False):
        papers += cast_in_secret(elector, [tick(motion, choice)], actor=elector.person.user)
    return papers


def test_a_secret_ballot_counts_its_papers(secret, secretary):
    vote_in_secret(secret, "for", "for", "against")

    close_ballot(secret, actor=secretary)

    result = Result.objects.get()
    assert (result.votes_for, result.votes_against, result.outcome, Vote.objects.count()) == (2, 1, "passed", 0)


def test_after_the_close_nothing_in_the_tables_joins_voter_and_paper(secret, secretary):
    receipts = sorted(paper.receipt for paper in vote_in_secret(secret, "for", "against", "abstain"))
    ids = set(Paper.objects.values_list("pk", flat=True))

    close_ballot(secret, actor=secretary)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM council_paper")
        transactions = cursor.fetchone()[0]
        cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'council_paper' ORDER BY 1")
        columns = [row[0] for row in cursor.fetchall()]
    assert (transactions, columns) == (1, ["choice", "id", "motion_id", "receipt"])
    assert (sorted(Paper.objects.values_list("receipt", flat=True)), ids & set(Paper.objects.values_list("pk", flat=True))) == (receipts, set())


def test_each_voter_finds_the_own_paper_in_the_published_list(secret, secretary):
    (paper, *_others) = vote_in_secret(secret, "for", "against", "abstain")
    close_ballot(secret, actor=secretary)

    page = client_for(secret.electors.first().person.user).get(reverse("council:urn", args=[secret.pk]))

    assert f"<code>{paper.receipt}</code>" in page.text


def test_the_receipts_of_a_secret_ballot_are_shown_in_the_answer_and_kept_nowhere(secret):
    motion, elector = secret.motions.get(), secret.electors.first()
    client = client_for(elector.person.user)

    answer = client.post(reverse("council:ballot", args=[secret.pk]), {f"m{motion.pk}-choice": "for", f"m{motion.pk}-dossier": dossier_digest(motion)})

    receipt = Paper.objects.get().receipt
    assert receipt in answer.text
    assert receipt not in client.get(reverse("council:receipt", args=[secret.pk])).text


def test_staff_see_of_a_secret_ballot_who_voted_and_not_what(secret, secretary):
    vote_in_secret(secret, "against")

    page = client_for(secretary).get(reverse("admin:council_ballot_change", args=[secret.pk])).text

    assert ("3 席中已有 1 席" in page, str(Choice.AGAINST.label) in page) == (True, False)


def test_a_paper_in_the_urn_is_final(secret):
    vote_in_secret(secret, "for")

    with pytest.raises(VotesAreFinal):
        vote_in_secret(secret, "against")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE council_paper SET choice = 'against'",
        "DELETE FROM council_paper",
        "DELETE FROM council_participation",
        "INSERT INTO council_paper (id, motion_id, choice, receipt) SELECT gen_random_uuid(), motion_id, 'for', 'STUFFED' FROM council_paper LIMIT 1",
        (
            "INSERT INTO council_vote (elector_id, motion_id, choice, comment, dossier, receipt, cast_at, created_at, updated_at) "
            "SELECT e.id, m.id, 'for', '', '', 'NAMED', now(), now(), now() FROM council_elector e, council_motion m LIMIT 1"
        ),
    ],
)
def test_the_urn_cannot_be_opened_or_stuffed(secret, statement):
    vote_in_secret(secret, "for", "for")

    with pytest.raises(Exception) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert type(refused.value).__name__ in {"IntegrityError", "InternalError"}


@pytest.mark.django_db(transaction=True)
def test_two_tabs_put_one_paper_into_the_urn(secret, race):
    motion, elector = secret.motions.get(), secret.electors.first()

    outcomes = race(*[lambda: cast_in_secret(elector, [tick(motion)], actor=elector.person.user)] * 4)

    assert (Paper.objects.count(), sum(isinstance(outcome, VotesAreFinal) for outcome in outcomes)) == (1, 3)


@pytest.mark.django_db(transaction=True)
def test_control_without_the_trigger_a_paper_is_slipped_into_the_urn(secret):
    vote_in_secret(secret, "for")

    with without_triggers("council_paper"):
        Paper.objects.create(motion=secret.motions.get(), choice="for", receipt="STUFFED")

    assert (Paper.objects.count(), Participation.objects.count()) == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_a_ballot_closes_when_all_have_voted_if_the_rules_say_so(secretary):
    ballot = opened(secretary, closes_early=True)
    motion = ballot.motions.get()

    for elector in ballot.electors.all():
        cast_votes(elector, [tick(motion)], actor=elector.person.user)

    assert Ballot.objects.get(pk=ballot.pk).status == "closed"


@pytest.mark.django_db(transaction=True)
def test_with_final_votes_it_closes_as_soon_as_nothing_can_change(secretary):
    ballot = opened(secretary, seats=5, closes_early=True, changeable=False, quorum_numerator=1)
    motion = ballot.motions.get()
    states = []

    for elector in list(ballot.electors.order_by("pk"))[:3]:
        cast_votes(elector, [tick(motion)], actor=elector.person.user)
        states.append(Ballot.objects.get(pk=ballot.pk).status)

    assert states == ["open", "open", "closed"]


def test_a_lost_wake_up_is_made_good_by_the_sweep(secretary):
    ballot = opened(secretary, closes_early=True)  # in this test nothing commits, so nothing is woken
    for elector in ballot.electors.all():
        cast_votes(elector, [tick(ballot.motions.get())], actor=elector.person.user)

    assert (Ballot.objects.get(pk=ballot.pk).status, close_due_ballots()) == ("open", 1)


def test_the_chairs_vote_decides_when_exactly_half_are_for(secretary):
    ScheduleFactory()
    procedure = ProcedureFactory(tie_rule="chair", quorum_numerator=1)
    seats = [SeatFactory(body=procedure.body, office=office, person__with_user=True) for office in ("chair", "member")]
    ballot = open_ballot(draft_ballot(body=procedure.body, title="x", closes_at=FAR, applications=[], text=("x", ""), actor=secretary), actor=secretary)
    for seat, choice in zip(seats, ("for", "against"), strict=True):
        cast_votes(elector_of(seat.person.user, ballot), [tick(ballot.motions.get(), choice)], actor=seat.person.user)

    close_ballot(ballot, actor=secretary)

    assert Result.objects.get().outcome == "passed"


@pytest.fixture
def assembly(secretary):
    """The assembly with three members, each with a liaison; the first has named somebody to vote for it as well, and has people who only go to meetings."""
    body = BodyFactory(code="assembly", name="全体大会", electorate="members")
    ProcedureFactory(body=body, proxies_allowed=True)
    for _n in range(3):
        membership = MembershipFactory()
        AffiliationFactory(institution=membership.institution, role=PersonRole.LIAISON, person=PersonFactory(with_user=True))
    first = Membership.objects.order_by("pk").first()
    AffiliationFactory(institution=first.institution, role=PersonRole.VOTER, person=PersonFactory(with_user=True))
    AffiliationFactory.create_batch(2, institution=first.institution, role=PersonRole.DELEGATE, person__with_user=True)
    draft = draft_ballot(body=body, title="大会表决", closes_at=FAR, applications=[], text=("章程修正案", ""), actor=secretary)
    return open_ballot(draft, actor=secretary)


def test_in_the_assembly_each_member_unit_has_one_vote_cast_by_whom_it_has_named(assembly):
    first = Membership.objects.order_by("pk").first()

    roles = {elector.membership_id: elector.person.affiliations.get().role for elector in assembly.electors.all()}

    assert (len(roles), roles[first.pk]) == (3, PersonRole.VOTER)


def test_a_member_that_is_suspended_has_no_vote(assembly, secretary):
    MembershipFactory(status="suspended")

    assert len(voters(assembly.body, dt.date(2099, 1, 1))) == 3


def test_a_proxy_votes_on_the_holders_page_and_the_giver_no_more(assembly, secretary):
    giver, holder, _third = assembly.electors.order_by("pk")
    give_proxy(giver, holder, authority=scan(), actor=secretary)
    motion = assembly.motions.get()
    url, data = reverse("council:ballot", args=[assembly.pk]), {f"m{motion.pk}-choice": "for", f"m{motion.pk}-dossier": dossier_digest(motion)}

    own = client_for(giver.person.user).post(url, data)
    for_giver = client_for(holder.person.user).post(f"{url}?for={giver.pk}", data)

    assert (own.status_code, for_giver.status_code, Vote.objects.get().elector) == (403, 302, giver)


def test_nobody_holds_two_proxies_or_passes_one_on(assembly, secretary):
    first, second, third = assembly.electors.order_by("pk")
    give_proxy(first, second, authority=scan(), actor=secretary)

    for giver, holder in [(third, second), (second, third), (first, third), (third, third)]:
        with pytest.raises(ProxyRefused):
            give_proxy(giver, holder, authority=scan(), actor=secretary)


def test_who_has_voted_gives_no_proxy(assembly, secretary):
    first, second, _third = assembly.electors.order_by("pk")
    cast_votes(first, [tick(assembly.motions.get())], actor=first.person.user)

    with pytest.raises(ProxyRefused):
        give_proxy(first, second, authority=scan(), actor=secretary)


@pytest.mark.django_db(transaction=True)
def test_two_givers_at_once_and_one_holder_gets_one_proxy(assembly, secretary, race):
    first, second, third = assembly.electors.order_by("pk")

    race(lambda: give_proxy(first, third, authority=scan(), actor=secretary), lambda: give_proxy(second, third, authority=scan(), actor=secretary))

    assert assembly.electors.exclude(proxy_given=None).count() == 1


def test_without_leave_in_the_rules_there_is_no_proxy(secretary):
    ballot = opened(secretary)
    first, second, _third = ballot.electors.order_by("pk")

    with pytest.raises(ProxyRefused):
        give_proxy(first, second, authority=scan(), actor=secretary)


def test_a_major_matter_waits_for_the_assembly_and_is_carried_out_after_it(secretary, assembly):
    ScheduleFactory()
    procedure = ProcedureFactory()
    SeatFactory.create_batch(3, body=procedure.body, person__with_user=True)
    draft = BallotFactory(body=procedure.body)
    application = ApplicationFactory(status="screened")
    add_motion(draft, title="接收", application=application, needs_second_vote=True)
    first = open_ballot(draft, actor=secretary)
    for elector in first.electors.all():
        cast_votes(elector, [tick(first.motions.get())], actor=elector.person.user)
    close_ballot(first, actor=secretary)
    members_before = Membership.objects.count()

    second = open_ballot(new_round(first, body=assembly.body, closes_at=FAR, actor=secretary), actor=secretary)
    for elector in second.electors.all():
        cast_votes(elector, [tick(second.motions.get())], actor=elector.person.user)
    close_ballot(second, actor=secretary)

    application.refresh_from_db()
    assert (application.status, Membership.objects.count() - members_before, second.motions.get().previous) == ("approved", 1, first.motions.get())


def test_a_new_round_takes_what_had_no_decision_once_and_leaves_the_old_result(secretary):
    ballot = opened(secretary)
    close_ballot(ballot, actor=secretary)

    again = new_round(ballot, body=ballot.body, closes_at=FAR, actor=secretary)

    assert (again.motions.get().previous, Result.objects.get().outcome) == (ballot.motions.get(), "no_quorum")
    with pytest.raises(CannotOpen):
        new_round(ballot, body=ballot.body, closes_at=FAR, actor=secretary)


def test_the_result_of_a_meeting_is_entered_with_its_minutes_and_carried_out(secretary):
    ScheduleFactory()
    procedure = ProcedureFactory()
    SeatFactory.create_batch(5, body=procedure.body)
    motion = MotionFactory(ballot__body=procedure.body)
    counts = {motion.pk: {"votes_for": 4, "votes_against": 1, "abstentions": 0, "recused": 0}}

    ballot = record_meeting_result(motion.ballot, decided_on=dt.date(2026, 3, 20), counts=counts, minutes=scan("纪要.pdf"), actor=secretary)

    assert (ballot.status, Result.objects.get().outcome, Application.objects.get().status) == ("closed", "passed", ApplicationStatus.APPROVED)
    assert Membership.objects.get().approved_on == dt.date(2026, 3, 20)


def test_more_votes_than_seats_are_refused_whole(secretary):
    procedure = ProcedureFactory()
    SeatFactory.create_batch(2, body=procedure.body)
    motion = MotionFactory(ballot__body=procedure.body)
    counts = {motion.pk: {"votes_for": 3, "votes_against": 0, "abstentions": 0, "recused": 0}}

    with pytest.raises(CannotOpen):
        record_meeting_result(motion.ballot, decided_on=dt.date(2026, 3, 20), counts=counts, minutes=scan(), actor=secretary)

    assert (Ballot.objects.get().status, Result.objects.count()) == ("draft", 0)


def test_no_ballot_is_closed_that_was_never_opened(secretary):
    ballot = BallotFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Ballot.objects.filter(pk=ballot.pk).update(status="closed", opened_at=FAR, closed_at=FAR, procedure=ProcedureFactory())


def test_where_the_rules_forbid_it_no_vote_opens_outside_a_meeting(secretary):
    ProcedureFactory(correspondence_allowed=False)
    SeatFactory()

    with pytest.raises(CannotOpen):
        open_ballot(MotionFactory().ballot, actor=secretary)


def test_a_passed_change_of_tier_holds_from_its_year(secretary):
    ScheduleFactory()
    procedure = ProcedureFactory()
    SeatFactory.create_batch(3, body=procedure.body, person__with_user=True)
    membership, tier = MembershipFactory(), TierFactory(code="council", name="理事单位")
    draft = BallotFactory(body=procedure.body)
    add_motion(draft, title="调整", tier_change=(membership, tier, 2030))
    ballot = open_ballot(draft, actor=secretary)
    for elector in ballot.electors.all():
        cast_votes(elector, [tick(ballot.motions.get())], actor=elector.person.user)

    close_ballot(ballot, actor=secretary)

    membership = Membership.objects.get(pk=membership.pk)
    assert (membership.tier_in(2030), membership.tier_in(2029) == tier) == (tier, False)


def test_the_council_discusses_first_and_the_vote_ends_the_discussion(secretary, outbox_for):
    ProcedureFactory()
    seat = SeatFactory(person__with_user=True)
    ballot = draft_ballot(body=seat.body, title="x", closes_at=FAR, applications=[], text=("年度计划", ""), actor=secretary)
    open_discussion(ballot, actor=secretary)
    motion = ballot.motions.get()
    page = reverse("council:discussion", args=[ballot.pk])

    client_for(seat.person.user).post(page, {"motion": motion.pk, "text": "建议补充预算。"})

    assert "建议补充预算。" in client_for(seat.person.user).get(page).text
    assert [message.template for message in outbox_for(ballot)] == ["council/mail/discussion_opened"]
    open_ballot(ballot, actor=secretary)
    with pytest.raises(InvalidTransition):
        comment(motion, actor=seat.person.user, institution=seat.institution, text="晚了")
    assert motion.comments.count() == 1


def test_the_own_institution_is_not_in_the_discussion_one_sees(secretary):
    ProcedureFactory()
    seat = SeatFactory(person__with_user=True)
    motion = MotionFactory(application=ApplicationFactory(institution=seat.institution, status="screened"))
    open_discussion(motion.ballot, actor=secretary)

    assert motion.title not in client_for(seat.person.user).get(reverse("council:discussion", args=[motion.ballot.pk])).text


def test_attachments_of_a_motion_are_read_by_its_electors_and_nobody_recused(secretary, stranger):
    ProcedureFactory()
    seats = SeatFactory.create_batch(2, person__with_user=True)
    ballot = BallotFactory()
    motion = add_motion(ballot, title="预算", attachments=[scan("预算.pdf")], actor=secretary)
    open_ballot(ballot, actor=secretary)
    recuse(elector_of(seats[1].person.user, ballot), motion, actor=seats[1].person.user, reason="关联")
    page = reverse("council:ballot", args=[ballot.pk])
    link = next(line for line in client_for(seats[0].person.user).get(page).text.split('"') if line.startswith("/files/"))

    answers = [client_for(user).get(link).status_code for user in (seats[0].person.user, seats[1].person.user, stranger, secretary)]

    assert (answers, link in client_for(seats[1].person.user).get(page).text) == ([200, 404, 404, 200], False)


def test_a_draft_opens_by_itself_at_its_time_and_once(secretary):
    ProcedureFactory()
    SeatFactory()
    ballot = MotionFactory().ballot
    schedule_opening(ballot, actor=secretary, opens_at=database_now() + dt.timedelta(hours=1))
    before = open_scheduled_ballots()
    Ballot.objects.update(opens_at=database_now() - dt.timedelta(seconds=1))

    assert (before, open_scheduled_ballots(), open_scheduled_ballots()) == (0, 1, 0)


def test_what_cannot_open_at_its_time_says_so_and_stays_a_draft(secretary, timeline):
    ballot = MotionFactory().ballot
    Ballot.objects.update(opens_at=database_now() - dt.timedelta(seconds=1))

    open_scheduled_ballots()

    ballot.refresh_from_db()
    assert (ballot.status, ballot.opens_at, timeline(ballot)) == ("draft", None, [("ballot.not_opened", "task:open-ballots")])


def test_the_recused_learn_the_outcome_and_no_counts(secretary):
    ballot = opened(secretary)
    motion, elector = ballot.motions.get(), ballot.electors.first()
    recuse(elector, motion, actor=elector.person.user, reason="关联")
    for other in ballot.electors.exclude(pk=elector.pk):
        cast_votes(other, [tick(motion)], actor=other.person.user)
    close_ballot(ballot, actor=secretary)

    motion = Motion.objects.get()
    assert (visible_result(motion, elector.person.user), visible_result(motion, secretary)) == (None, motion.result)
    page = client_for(elector.person.user).get(reverse("council:ballot", args=[ballot.pk])).text
    assert ("您已回避本议项" in page, motion.result.rule_text in page) == (True, False)


def test_a_seat_gets_another_holder_within_its_term(secretary):
    seat = SeatFactory(term_until=dt.date(2029, 12, 31))
    person = PersonFactory()

    successor = replace_holder(seat, person=person, on=dt.date(2027, 1, 1), actor=secretary, reason="退休")

    assert (seat.term_until, successor.person, successor.term_from, successor.term_until) == (
        dt.date(2026, 12, 31),
        person,
        dt.date(2027, 1, 1),
        dt.date(2029, 12, 31),
    )


def test_participation_counts_the_motions_that_asked_for_the_seat(secretary):
    ballot = opened(secretary, seats=2, motions=3)
    first, _second = ballot.electors.order_by("pk")
    motions = list(ballot.motions.all())
    recuse(first, motions[2], actor=first.person.user, reason="关联")
    cast_votes(first, [tick(motions[0])], actor=first.person.user)
    close_ballot(ballot, actor=secretary)

    rows = {row.seat.pk: (row.asked, row.took_part, row.recused) for row in attendance(ballot.body, dt.date(2026, 11, 24), secretary)}

    assert sorted(rows.values()) == [(2, 1, 1), (3, 0, 0)]


def test_the_approval_letter_is_a_pdf_with_the_counts(secretary):
    ScheduleFactory()
    procedure = ProcedureFactory()
    SeatFactory.create_batch(3, body=procedure.body)
    motion = MotionFactory(ballot__body=procedure.body)
    counts = {motion.pk: {"votes_for": 3, "votes_against": 0, "abstentions": 0, "recused": 0}}
    ballot = record_meeting_result(motion.ballot, decided_on=dt.date(2026, 3, 20), counts=counts, minutes=scan(), actor=secretary)

    assert [approval_letter(str(motion.application_id))[:5], minutes(ballot, secretary)[:5]] == [b"%PDF-", b"%PDF-"]


def test_the_preview_shows_the_voting_page_and_casts_nothing(secretary):
    ProcedureFactory()
    ballot = MotionFactory().ballot

    page = client_for(secretary).get(reverse("admin:council_ballot_preview", args=[ballot.pk])).text

    assert (ballot.motions.get().title in page, "此处不能投票" in page, 'type="submit" name="rest_for"' in page) == (True, True, False)
