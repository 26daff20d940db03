"""What must not be lost, shown too early or told wrongly: attachments, reasons of recusals, changed votes, rules to come, letters of meetings."""

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from alliance.common.clock import database_now, today
from alliance.common.models import OutboxMessage, StoredFile
from council.dossier import attachments_of
from council.enums import BallotStatus
from council.models import Ballot, Motion, Procedure, Recusal, Vote
from council.selectors.votes import votes_of
from council.services import keeping
from council.services.closing import close_ballot
from council.services.drafting import add_motion, comment, edit_draft, open_discussion
from council.services.keeping import discard_abandoned
from council.services.opening import open_ballot
from council.services.proxies import give_proxy, revoke_proxy
from council.services.rounds import new_round
from council.services.voting import TooLateToStepAside, cast_votes, recuse
from tests.council.support import FAR, opened, scan, tick
from tests.factories.council import BallotFactory, MotionFactory, ProcedureFactory, SeatFactory
from tests.factories.fees import ScheduleFactory
from tests.factories.members import AffiliationFactory, ApplicationFactory
from tests.support import client_for, timeline, without_triggers

pytestmark = pytest.mark.django_db


def files_of(client, stored):
    return client.get(reverse("common:file", args=[stored.pk])).status_code


# Attachments


def test_a_new_round_brings_the_attachments_along(secretary):
    ProcedureFactory()
    SeatFactory(person__with_user=True)
    draft = BallotFactory()
    add_motion(draft, title="预算", attachments=[scan("预算.pdf")], actor=secretary)
    closed = close_ballot(open_ballot(draft, actor=secretary), actor=secretary)

    again = new_round(closed, body=closed.body, closes_at=FAR, actor=secretary)

    (old,), (new,) = attachments_of(closed.motions.get()), attachments_of(again.motions.get())
    assert (new.name, new.sha256, new.pk != old.pk) == (old.name, old.sha256, True)


def test_a_removed_motion_takes_its_files_with_it(secretary, django_capture_on_commit_callbacks):
    draft = BallotFactory()
    kept = add_motion(draft, title="一", attachments=[scan("一.pdf")], actor=secretary)
    gone = add_motion(draft, title="二", attachments=[scan("二.pdf")], actor=secretary)
    (stored,) = attachments_of(gone)
    storage, name = stored.content.storage, stored.content.name

    with django_capture_on_commit_callbacks(execute=True):
        edit_draft(draft, title="表决", introduction="", closes_at=FAR, actor=secretary, without=[gone])

    assert ([file.name for file in StoredFile.objects.all()], storage.exists(name)) == (["一.pdf"], False)
    assert [file.name for file in attachments_of(kept)] == ["一.pdf"]


def test_attachments_of_an_application_are_shown_with_it(secretary):
    ProcedureFactory()
    seat = SeatFactory(person__with_user=True)
    draft = BallotFactory(body=seat.body)
    add_motion(draft, application=ApplicationFactory(status="screened"), attachments=[scan("考察报告.pdf")], actor=secretary)
    ballot = open_ballot(draft, actor=secretary)

    assert "考察报告.pdf" in client_for(seat.person.user).get(reverse("council:ballot", args=[ballot.pk])).text


@pytest.mark.parametrize(("role", "seen"), [("own seat", 404), ("role elsewhere", 404), ("another seat", 200)])
def test_during_the_discussion_no_address_leads_the_recused_to_an_attachment(secretary, role, seen):
    ProcedureFactory()
    application = ApplicationFactory(status="screened")
    seat = SeatFactory(person__with_user=True, **({"institution": application.institution} if role == "own seat" else {}))
    if role == "role elsewhere":
        AffiliationFactory(person=seat.person, institution=application.institution)
    draft = BallotFactory(body=seat.body)
    (stored,) = attachments_of(add_motion(draft, application=application, attachments=[scan()], actor=secretary))
    client = client_for(seat.person.user)
    before = files_of(client, stored)

    open_discussion(draft, actor=secretary)

    assert (before, files_of(client, stored)) == (404, seen)


# The discussion, motion by motion


def test_only_what_is_chosen_is_discussed_first(secretary):
    ProcedureFactory()
    seat = SeatFactory(person__with_user=True)
    draft = BallotFactory(body=seat.body)
    plan, budget = (add_motion(draft, title=title, attachments=[scan()], actor=secretary) for title in ("年度计划", "年度预算"))
    step = reverse("admin:council_ballot_discuss", args=[draft.pk])

    client_for(secretary).post(step, {"motions": [plan.pk], "previewed": "1"})

    client = client_for(seat.person.user)
    page = client.get(reverse("council:discussion", args=[draft.pk])).text
    refused = client.post(reverse("council:discussion", args=[draft.pk]), {"motion": budget.pk, "text": "太贵"}).status_code
    assert ("年度计划" in page, "年度预算" in page, refused) == (True, False, 403)
    assert [files_of(client, attachments_of(motion)[0]) for motion in (plan, budget)] == [200, 404]
    plan.refresh_from_db()
    assert comment(plan, actor=seat.person.user, institution=seat.institution, text="好").pk


def test_a_discussion_of_nothing_is_refused(secretary):
    draft = MotionFactory().ballot

    answer = client_for(secretary).post(reverse("admin:council_ballot_discuss", args=[draft.pk]), {"previewed": "1"})

    draft.refresh_from_db()
    assert ("请至少选择一个议项" in answer.text, draft.discussion_from) == (True, None)


# Recusals


def test_who_is_recused_by_a_role_elsewhere_is_told_so(secretary):
    ScheduleFactory()
    ProcedureFactory()
    application = ApplicationFactory(status="screened")
    own = SeatFactory(person__with_user=True, institution=application.institution)
    other = SeatFactory(person__with_user=True, body=own.body)
    AffiliationFactory(person=other.person, institution=application.institution)
    draft = BallotFactory(body=own.body)
    add_motion(draft, application=application)
    ballot = open_ballot(draft, actor=secretary)
    address = reverse("council:ballot", args=[ballot.pk])

    pages = [client_for(seat.person.user).get(address).text for seat in (own, other)]

    assert ["本议项涉及您所在单位" in page for page in pages] == [True, False]
    assert ["您在该议项所涉单位任职" in page for page in pages] == [False, True]
    assert Recusal.objects.values("reason").distinct().count() == 2


def two_places(secretary):
    """A ballot in which one person holds two of three places."""
    ProcedureFactory()
    first = SeatFactory(person__with_user=True)
    SeatFactory(body=first.body, person=first.person)
    SeatFactory(body=first.body, person__with_user=True)
    draft = BallotFactory(body=first.body)
    add_motion(draft, title="一项")
    ballot = open_ballot(draft, actor=secretary)
    one, two = ballot.electors.filter(person=first.person).order_by("pk")
    return ballot, one, two, first.person.user


@pytest.mark.parametrize("past_the_service", [False, True])
def test_a_person_with_two_places_does_not_step_aside_at_one_after_voting_at_the_other(secretary, past_the_service):
    ballot, one, two, user = two_places(secretary)
    motion = ballot.motions.get()
    cast_votes(one, [tick(motion)], actor=user)

    if past_the_service:
        with pytest.raises(IntegrityError, match="a vote is there already"), transaction.atomic():
            Recusal.objects.create(elector=two, motion=motion, reason="x")
    else:
        with pytest.raises(TooLateToStepAside):
            recuse(two, motion, actor=user, reason="关联")


def test_nor_does_the_database_take_a_vote_at_the_other_place_afterwards(secretary):
    ballot, one, two, user = two_places(secretary)
    motion = ballot.motions.get()
    recuse(one, motion, actor=user, reason="关联")

    with pytest.raises(IntegrityError, match="recused"), transaction.atomic():
        Vote.objects.create(elector=two, motion=motion, choice="for", receipt="R", dossier="", cast_at=FAR)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(2))
def test_voting_at_one_place_and_stepping_aside_at_the_other_at_once_leaves_one(secretary, race, attempt):
    ballot, one, two, user = two_places(secretary)
    motion = ballot.motions.get()

    race(lambda: cast_votes(one, [tick(motion)], actor=user), lambda: recuse(two, motion, actor=user, reason="关联"))

    assert Vote.objects.count() + Recusal.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_control_without_the_triggers_both_stand_at_two_places(secretary):
    ballot, one, two, user = two_places(secretary)
    motion = ballot.motions.get()
    cast_votes(one, [tick(motion)], actor=user)

    with without_triggers("council_recusal"):
        recuse(two, motion, actor=user, reason="关联")

    assert (Vote.objects.count(), Recusal.objects.count()) == (1, 1)


# Changed votes


def send(client, ballot, choice):
    data = {}
    for motion in ballot.motions.all():
        shown = tick(motion)
        data |= {f"m{motion.pk}-choice": choice, f"m{motion.pk}-dossier": shown.dossier, f"m{motion.pk}-comment": ""}
    return client.post(reverse("council:ballot", args=[ballot.pk]), data, follow=True).text


def test_a_changed_vote_says_so_and_has_a_new_receipt(secretary):
    ballot = opened(secretary)
    client = client_for(ballot.electors.first().person.user)
    first = send(client, ballot, "for")
    old = Vote.objects.get().receipt

    same, changed = send(client, ballot, "for"), send(client, ballot, "against")

    vote = Vote.objects.get()
    assert ("已收到 1 项表决" in first, "内容没有变化" in same, "已修改 1 项表决" in changed) == (True, True, True)
    assert (vote.receipt == old, old in changed, vote.receipt in changed, vote.changes, "已修改 1 次" in changed) == (False, False, True, 1, True)


# My votes


@pytest.mark.parametrize("rows", [1, 30])
def test_my_votes_cost_the_same_for_one_and_for_thirty(secretary, django_assert_num_queries, rows):
    ballot = opened(secretary, motions=rows)
    elector = ballot.electors.first()
    cast_votes(elector, [tick(motion) for motion in ballot.motions.all()], actor=elector.person.user)

    with django_assert_num_queries(3):
        assert len(votes_of(elector.person.user)) == rows


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_my_votes_as_a_file_hold_mine_and_nobody_elses(secretary, kind):
    ballot = opened(secretary, motions=2)
    mine, other, _third = ballot.electors.order_by("pk")
    for elector, comment_ in ((mine, ""), (other, "=1+1")):
        cast_votes(elector, [tick(motion, "for", comment_) for motion in ballot.motions.all()], actor=elector.person.user)

    answer = client_for(mine.person.user).get(reverse("council:votes") + f"?export={kind}")

    receipts = {vote.elector_id: vote.receipt for vote in Vote.objects.filter(motion__position=1)}
    text = answer.content.decode("utf-8-sig") if kind == "csv" else ""
    assert (answer.status_code, kind == "xlsx" or receipts[mine.pk] in text, receipts[other.pk] in text) == (200, True, False)
    assert kind == "xlsx" or (text.count("\n"), "同意" in text) == (3, True)


# Rules to come


@pytest.fixture
def to_come():
    return ProcedureFactory(effective_from=today() + dt.timedelta(days=30))


def test_rules_to_come_are_corrected(secretary, to_come):
    page = reverse("admin:council_procedure_change", args=[to_come.pk])
    client = client_for(secretary)
    form = client.get(page).context["adminform"].form
    data = {name: form.initial.get(name, "") for name in form.fields} | {"majority_numerator": 2, "majority_denominator": 3, "reminder_days": "3,1"}
    for name in ("recused_count_for_quorum", "closes_early", "secret", "proxies_allowed", "is_sample"):
        data.pop(name)
    data["effective_from"] = to_come.effective_from.isoformat()

    past = client.post(page, data | {"effective_from": today().isoformat()})
    client.post(page, data)

    to_come.refresh_from_db()
    assert ("生效日期须晚于今天" in past.text, to_come.majority_numerator, to_come.majority_denominator) == (True, 2, 3)


def test_rules_to_come_are_withdrawn_and_rules_in_force_are_not(secretary, to_come):
    in_force = ProcedureFactory()
    client = client_for(secretary)

    answers = [client.post(reverse("admin:council_procedure_withdraw", args=[one.pk]), {"reason": "录错"}) for one in (to_come, in_force)]

    assert ([answer.status_code for answer in answers], list(Procedure.objects.all())) == ([302, 200], [in_force])
    assert "已生效" in answers[1].text


# Letters of a meeting's result


def test_letters_of_a_meetings_result_are_shown_before_they_go_out(secretary):
    ScheduleFactory()
    procedure = ProcedureFactory()
    SeatFactory.create_batch(3, body=procedure.body)
    motion = MotionFactory(ballot__body=procedure.body)
    step, client = reverse("admin:council_ballot_meeting", args=[motion.ballot_id]), client_for(secretary)
    counts = {"votes_for": 3, "votes_against": 0, "abstentions": 0, "recused": 0}
    data = {"decided_on": "2026-03-20", **{f"{name}_{motion.pk}": n for name, n in counts.items()}}

    shown = client.post(step, {**data, "minutes": scan("纪要.pdf")})
    between = (Ballot.objects.get().status, OutboxMessage.objects.count())
    kept = StoredFile.objects.get(purpose="minutes")
    client.post(step, {**data, "kept": str(kept.pk), "previewed": "1"})

    ballot = Ballot.objects.get()
    assert (between, motion.application.institution_name in shown.text, str(kept.pk) in shown.text) == (("draft", 0), True, True)
    assert (ballot.status, ballot.minutes_scan) == (BallotStatus.CLOSED, kept)


def test_a_meetings_result_without_a_scan_or_with_somebody_elses_is_refused(secretary):
    procedure = ProcedureFactory()
    SeatFactory(body=procedure.body)
    motion = MotionFactory(ballot__body=procedure.body)
    other = add_motion(BallotFactory(), title="别的", attachments=[scan()], actor=secretary)
    (foreign,) = attachments_of(other)
    step, client = reverse("admin:council_ballot_meeting", args=[motion.ballot_id]), client_for(secretary)
    data = {"decided_on": "2026-03-20", **{f"{n}_{motion.pk}": 0 for n in ("votes_for", "votes_against", "abstentions", "recused")}}

    answers = [client.post(step, {**data, "kept": kept, "previewed": "1"}).text for kept in ("", str(foreign.pk), "x")]

    assert ["请选择会议纪要扫描件" in text for text in answers] == [True, True, True]
    assert Motion.objects.get(pk=motion.pk).ballot.status == BallotStatus.DRAFT


# Papers of entries that were left half way


def half_entered(secretary):
    """The scan of a meeting that was looked at and never entered; its step, and what the second press sends."""
    ScheduleFactory()
    procedure = ProcedureFactory()
    SeatFactory.create_batch(3, body=procedure.body)
    motion = MotionFactory(ballot__body=procedure.body)
    step, client = reverse("admin:council_ballot_meeting", args=[motion.ballot_id]), client_for(secretary)
    counts = {"votes_for": 3, "votes_against": 0, "abstentions": 0, "recused": 0}
    data = {"decided_on": "2026-03-20", **{f"{name}_{motion.pk}": n for name, n in counts.items()}}
    client.post(step, {**data, "minutes": scan("纪要.pdf")})
    kept = StoredFile.objects.get(purpose="minutes")
    return kept, lambda: client.post(step, {**data, "kept": str(kept.pk), "previewed": "1"})


def made_old(kept):
    StoredFile.objects.filter(pk=kept.pk).update(created_at=database_now() - keeping.KEPT_FOR - dt.timedelta(seconds=1))


def test_the_scan_of_an_entry_left_half_way_goes_after_a_day_row_and_bytes(secretary, django_capture_on_commit_callbacks):
    kept, enter = half_entered(secretary)
    ballot, storage, name = kept.owner, kept.content.storage, kept.content.name
    young = discard_abandoned()
    made_old(kept)

    with django_capture_on_commit_callbacks(execute=True):
        gone = (discard_abandoned(), discard_abandoned())

    assert (young, gone, StoredFile.objects.filter(purpose="minutes").count(), storage.exists(name)) == (0, (1, 0), 0, False)
    assert ("file.removed", "task:discard-kept") in timeline(ballot)
    assert ("请选择会议纪要扫描件" in enter().text, Ballot.objects.get().status) == (True, BallotStatus.DRAFT)


def test_papers_that_are_in_use_stay_however_old(secretary):
    kept, enter = half_entered(secretary)
    enter()
    made_old(kept)
    ballot = opened(secretary, proxies_allowed=True)
    giver, holder, _third = ballot.electors.order_by("pk")
    proxy = give_proxy(giver, holder, authority=scan(), actor=secretary)
    revoked = revoke_proxy(proxy, actor=secretary)
    made_old(revoked.authority)
    made_old(give_proxy(giver, holder, authority=scan(), actor=secretary).authority)

    assert (discard_abandoned(), StoredFile.objects.filter(purpose__in=["minutes", "proxy"]).count()) == (0, 3)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("claimed", [True, False])
def test_the_sweep_leaves_a_paper_that_is_being_used_this_moment_and_the_control_does_not(secretary, race, claimed):
    ballot = opened(secretary, proxies_allowed=True)
    giver, holder, _third = ballot.electors.order_by("pk")
    kept = keeping.keep(ballot, scan(), purpose="proxy", actor=secretary)
    made_old(kept)
    holding, swept = threading.Event(), threading.Event()

    def enter():
        with transaction.atomic():
            if claimed:
                keeping.claim(kept)
            holding.set()
            swept.wait(30)
            return give_proxy(giver, holder, authority=kept, actor=secretary)

    def sweep():
        holding.wait(30)
        try:
            return discard_abandoned()
        finally:
            swept.set()

    entered, gone = race(enter, sweep)

    # Without the claim the paper is gone when the button's work comes to it, and that is said instead of a 500.
    assert (type(entered).__name__, gone) == (("Proxy", 0) if claimed else ("PaperGone", 1))


def test_a_second_scan_replaces_the_first_of_the_same_person_only(secretary, finance_officer):
    draft = BallotFactory()
    own = keeping.keep(draft, scan("一.pdf"), purpose="minutes", actor=secretary)
    other = keeping.keep(draft, scan("二.pdf"), purpose="minutes", actor=finance_officer)

    again = keeping.keep(draft, scan("三.pdf"), purpose="minutes", actor=secretary)

    assert (set(StoredFile.objects.all()), StoredFile.objects.filter(pk=own.pk).exists()) == ({other, again}, False)
