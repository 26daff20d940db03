"""A vote given to another elector by a written authority, by the unit itself or by staff, and taken back before it is used."""

import io
import itertools

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from alliance.common.clock import database_now
from alliance.common.files import PDF, store
from alliance.common.models import LogEntry, OutboxMessage, StoredFile
from council.documents import minutes_docx
from council.exceptions import ProxyUsed
from council.models import Ballot, Proxy, Result, RevokedProxy, Vote
from council.selectors.ballots import rows_for
from council.selectors.counting import digest_of
from council.selectors.verification import COUNTS, discrepancies, verify
from council.services.closing import close_ballot
from council.services.drafting import draft_ballot
from council.services.opening import open_ballot
from council.services.proxies import give_proxy, revoke_proxy
from council.services.voting import cast_in_secret, cast_votes, recuse
from tests.council.support import FAR, let_time_pass, opened, scan, tick
from tests.factories.council import BodyFactory, ProcedureFactory
from tests.factories.members import AffiliationFactory, MembershipFactory
from tests.support import client_for, without_triggers

pytestmark = pytest.mark.django_db


def given(secretary, **rules):
    """An open ballot in which the first place has given its vote to the second."""
    ballot = opened(secretary, proxies_allowed=True, **rules)
    giver, holder, third = ballot.electors.order_by("pk")
    return ballot, giver, holder, third, give_proxy(giver, holder, authority=scan(), actor=secretary)


def page_of(ballot):
    return reverse("council:proxy", args=[ballot.pk])


def test_a_unit_gives_its_vote_away_by_itself_and_both_sides_are_told(secretary):
    ballot = opened(secretary, proxies_allowed=True)
    giver, holder, _third = ballot.electors.order_by("pk")
    client = client_for(giver.person.user)

    answer = client.post(page_of(ballot), {"holder": holder.pk, "authority": scan()})
    page = client.get(answer.url).text

    proxy = Proxy.objects.get()
    letters = OutboxMessage.objects.filter(template="council/mail/proxy_given").values_list("recipient", flat=True)
    assert (proxy.giver, proxy.holder, proxy.recorded_by, answer.status_code) == (giver, holder, giver.person.user, 302)
    assert sorted(letters) == sorted([giver.person.email, holder.person.email])
    assert (holder.person.name in page, 'name="revoke"' in page) == (True, True)


@pytest.mark.parametrize("data", [{}, {"holder": "x"}, {"holder": "99999999999999999999"}])
def test_without_a_holder_or_a_paper_the_page_says_so(secretary, data):
    ballot = opened(secretary, proxies_allowed=True)
    giver = ballot.electors.first()

    answer = client_for(giver.person.user).post(page_of(ballot), data)

    assert (answer.status_code, Proxy.objects.count(), answer.text.count("field__error") > 0 or "error" in answer.text) == (200, 0, True)


@pytest.mark.parametrize("why", ["the rules allow none", "the ballot is closed", "somebody else's place"])
def test_where_nothing_can_be_given_there_is_no_page(secretary, why):
    ballot = opened(secretary, proxies_allowed=why != "the rules allow none")
    first, second, _third = ballot.electors.order_by("pk")
    if why == "the ballot is closed":
        close_ballot(ballot, actor=secretary)
    address = page_of(ballot) + (f"?for={second.pk}" if why == "somebody else's place" else "")

    assert client_for(first.person.user).get(address).status_code == 404


def test_it_is_taken_back_and_the_unit_votes_itself_or_gives_it_to_another(secretary):
    ballot, giver, holder, third, proxy = given(secretary)
    client = client_for(giver.person.user)

    client.post(page_of(ballot), {"revoke": "1"})
    left = RevokedProxy.objects.get()
    again = give_proxy(giver, third, authority=scan(), actor=giver.person.user)
    revoke_proxy(again, actor=secretary, reason="写错")
    (vote,) = cast_votes(giver, [tick(ballot.motions.get())], actor=giver.person.user)

    assert (left.holder, left.authority, left.given_at, left.revoked_by) == (holder, proxy.authority, proxy.created_at, giver.person.user)
    assert (vote.elector, Proxy.objects.count(), RevokedProxy.objects.count()) == (giver, 0, 2)
    assert OutboxMessage.objects.filter(template="council/mail/proxy_revoked").count() == 4


@pytest.mark.parametrize("secret", [False, True])
def test_what_was_used_is_not_taken_back(secretary, secret):
    ballot, giver, holder, _third, proxy = given(secretary, secret=secret, changeable=not secret)
    act = cast_in_secret if secret else cast_votes
    act(giver, [tick(ballot.motions.get())], actor=holder.person.user)

    with pytest.raises(ProxyUsed):
        revoke_proxy(proxy, actor=giver.person.user)
    page = client_for(giver.person.user).post(page_of(ballot), {"revoke": "1"}, follow=True).text

    assert (Proxy.objects.count(), RevokedProxy.objects.count(), 'name="revoke"' in page) == (1, 0, False)


def test_after_the_end_nothing_is_taken_back(secretary):
    ballot, _giver, _holder, _third, proxy = given(secretary)
    let_time_pass(ballot)

    with pytest.raises(ProxyUsed):
        revoke_proxy(proxy, actor=secretary)


def test_the_database_lets_no_proxy_vanish_without_a_trace(secretary):
    *_rest, proxy = given(secretary)

    with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
        proxy.delete()
    with pytest.raises(Exception, match="(?i)cannot update"), transaction.atomic():
        Proxy.objects.update(created_at=database_now())


def test_control_a_used_proxy_would_go_without_the_trigger(secretary):
    ballot, giver, holder, _third, proxy = given(secretary)
    cast_votes(giver, [tick(ballot.motions.get())], actor=holder.person.user)

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE council_proxy DISABLE TRIGGER USER")
        revoke_proxy(proxy, actor=giver.person.user)
        assert (Proxy.objects.count(), Vote.objects.filter(elector=giver).count()) == (0, 1)
        transaction.set_rollback(True)


def deeds(ballot, giver, holder, proxy, chosen):
    """What the three of them do at once: the giver votes, the holder votes for the giver, the giver takes the proxy back."""
    motion = ballot.motions.get()
    acts = {
        "giver": lambda: cast_votes(giver, [tick(motion, "for")], actor=giver.person.user),
        "holder": lambda: cast_votes(giver, [tick(motion, "against")], actor=holder.person.user),
        "revoked": lambda: revoke_proxy(proxy, actor=giver.person.user),
    }
    return [acts[name] for name in chosen]


MATRIX = [names for n in range(1, 4) for names in itertools.combinations(("giver", "holder", "revoked"), n)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("chosen", MATRIX, ids="+".join)
def test_giver_holder_and_revocation_at_once_leave_one_vote_of_whoever_might_cast_it(secretary, race, chosen):
    ballot, giver, holder, _third, proxy = given(secretary)

    race(*deeds(ballot, giver, holder, proxy, chosen))

    votes = list(Vote.objects.filter(elector=giver).values_list("choice", flat=True))
    standing = Proxy.objects.exists()
    # A used proxy cannot be taken back, so a vote is the holder's while it stands and the giver's once it was taken back.
    assert votes in ([], ["against"] if standing else ["for"])
    assert len(LogEntry.objects.filter(action="vote.cast")) == len(votes)
    close_ballot(ballot, actor=secretary)
    assert discrepancies(Ballot.objects.get()) == []


@pytest.mark.django_db(transaction=True)
def test_control_without_the_constraint_one_place_would_have_two_votes(secretary, race):
    ballot, giver, _holder, _third, _proxy = given(secretary)
    motion = ballot.motions.get()

    def raw(choice):
        Vote.objects.create(elector=giver, motion=motion, choice=choice, receipt=choice, dossier="", cast_at=database_now())

    with_it = race(lambda: raw("for"), lambda: raw("against"))
    once = Vote.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE council_vote DROP CONSTRAINT one_vote_per_seat_and_motion")
        try:
            race(lambda: raw("abstain"))
            twice = Vote.objects.count()
        finally:
            with without_triggers("council_vote"):
                cursor.execute("DELETE FROM council_vote")
            cursor.execute("ALTER TABLE council_vote ADD CONSTRAINT one_vote_per_seat_and_motion UNIQUE (elector_id, motion_id)")

    assert (sorted(type(one).__name__ for one in with_it), once, twice) == (["IntegrityError", "NoneType"], 1, 2)


def test_a_ballot_with_proxies_is_verified_with_them(secretary):
    ballot, giver, holder, _third, _proxy = given(secretary)
    for elector, actor in ((giver, holder), (holder, holder)):
        cast_votes(elector, [tick(ballot.motions.get())], actor=actor.person.user)
    close_ballot(ballot, actor=secretary)

    assert discrepancies(Ballot.objects.get()) == []
    assert minutes_docx(ballot, secretary)[:2] == b"PK"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("tampering", ["holder_id = {third}", "giver_id = {third}"])
def test_a_proxy_that_is_changed_past_the_triggers_is_found(secretary, tampering):
    ballot, giver, holder, third, _proxy = given(secretary)
    cast_votes(giver, [tick(ballot.motions.get())], actor=holder.person.user)
    close_ballot(ballot, actor=secretary)

    with without_triggers("council_proxy"), connection.cursor() as cursor:
        cursor.execute(f"UPDATE council_proxy SET {tampering.format(third=third.pk)}")

    assert discrepancies(Ballot.objects.get()) != []


def test_staff_see_the_paper_and_take_a_proxy_back(secretary):
    ballot, giver, _holder, _third, proxy = given(secretary)
    client, record = client_for(secretary), reverse("admin:council_ballot_change", args=[ballot.pk])
    before = client.get(record).text
    step = reverse("admin:council_ballot_unproxy", args=[ballot.pk])

    letters = client.post(step, {"proxy": proxy.pk, "reason": "授权书有误"}).text
    client.post(step, {"proxy": proxy.pk, "reason": "授权书有误", "previewed": "1"})
    after = client.get(record).text

    assert (proxy.authority.get_absolute_url() in before, step in before, giver.institution.name in letters) == (True, True, True)
    assert (Proxy.objects.count(), "授权书有误" in after, step in after) == (0, True, False)


def test_the_holder_is_offered_the_other_place_and_the_giver_the_way_back(secretary):
    ballot, giver, holder, third, _proxy = given(secretary)
    address = reverse("council:ballot", args=[ballot.pk])

    pages = [client_for(one.person.user).get(address).text for one in (giver, holder, third)]

    assert [page_of(ballot) in page for page in pages] == [True, False, True]
    assert f"?for={giver.pk}" in pages[1]


def vote_then_proxy(ballot, paper):
    """The giver's vote is written and not yet committed when the proxy is written, past the services and their lock."""
    giver, holder, _third = ballot.electors.order_by("pk")
    motion, actor = ballot.motions.get(), giver.person.user

    def cast():
        with transaction.atomic():
            Vote.objects.create(elector=giver, motion=motion, choice="for", receipt="R", dossier="", cast_at=database_now())
            connection.cursor().execute("SELECT pg_sleep(0.6)")

    def give():
        with transaction.atomic():
            connection.cursor().execute("SELECT pg_sleep(0.2)")
            Proxy.objects.create(giver=giver, holder=holder, authority=paper, recorded_by=actor)

    return cast, give


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("triggers", [True, False])
def test_a_proxy_waits_for_a_vote_and_is_refused_and_without_the_trigger_both_stand(secretary, race, triggers):
    ballot = opened(secretary, proxies_allowed=True)
    acts = vote_then_proxy(ballot, store(scan(), owner=ballot, purpose="proxy", actor=secretary, allowed=PDF))

    if triggers:
        race(*acts)
    else:
        with without_triggers("council_proxy"):
            race(*acts)

    assert (Vote.objects.count(), Proxy.objects.count()) == (1, 0 if triggers else 1)


@pytest.mark.django_db(transaction=True)
def test_control_without_the_constraint_one_holder_would_have_two_proxies(secretary, race):
    ballot = opened(secretary, proxies_allowed=True)
    first, second, holder = ballot.electors.order_by("pk")
    paper = store(scan(), owner=ballot, purpose="proxy", actor=secretary, allowed=PDF)

    def raw(giver):
        return lambda: Proxy.objects.create(giver=giver, holder=holder, authority=paper, recorded_by=secretary)

    with_it = race(raw(first), raw(second))
    once = Proxy.objects.count()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'council_proxy'::regclass AND contype = 'u' AND pg_get_constraintdef(oid) LIKE '%(holder_id)%'"
        )
        (name,) = cursor.fetchone()
        cursor.execute(f'ALTER TABLE council_proxy DROP CONSTRAINT "{name}"')
        try:
            race(raw(first), raw(second))
            twice = Proxy.objects.count()
        finally:
            with without_triggers("council_proxy"):
                cursor.execute("DELETE FROM council_proxy")
            cursor.execute(f'ALTER TABLE council_proxy ADD CONSTRAINT "{name}" UNIQUE (holder_id)')

    assert (sorted(type(one).__name__ for one in with_it), once, twice) == (["IntegrityError", "Proxy"], 1, 2)


def test_the_letters_of_a_proxy_that_staff_enter_are_shown_before_they_go_out(secretary):
    ballot = opened(secretary, proxies_allowed=True)
    giver, holder, _third = ballot.electors.order_by("pk")
    before = OutboxMessage.objects.count()
    step, client = reverse("admin:council_ballot_proxy", args=[ballot.pk]), client_for(secretary)

    shown = client.post(step, {"giver": giver.pk, "holder": holder.pk, "authority": scan("委托书.pdf")}).text
    between = (Proxy.objects.count(), OutboxMessage.objects.count() - before)
    kept = StoredFile.objects.get(purpose="proxy")
    client.post(step, {"giver": giver.pk, "holder": holder.pk, "kept": str(kept.pk), "previewed": "1"})

    assert (between, shown.count('class="letter"'), "委托书.pdf" in shown) == ((0, 0), 2, True)
    assert (Proxy.objects.get().authority, OutboxMessage.objects.filter(template="council/mail/proxy_given").count()) == (kept, 2)


def test_a_refused_proxy_keeps_the_paper_and_one_without_a_paper_is_refused(secretary):
    ballot, giver, holder, third, _proxy = given(secretary)
    step, client = reverse("admin:council_ballot_proxy", args=[ballot.pk]), client_for(secretary)

    offered = client.get(step).context["form"].fields
    refused = client.post(step, {"giver": third.pk, "holder": third.pk, "authority": scan("委托书.pdf")}).text
    without = client.post(step, {"giver": third.pk, "holder": third.pk}).text

    assert ("文件“委托书.pdf”已保留" in refused, "请选择授权书" in without, Proxy.objects.count()) == (True, True, 1)
    # Who gave a vote away or holds one is not offered.
    assert {giver, holder} & {*offered["giver"].queryset, *offered["holder"].queryset} == set()


# Ballots from before the digest covered proxies and the log named the place


def from_before(secretary, *, named=False, actor=None):
    """A closed ballot with a used proxy as the first release left it: a digest without proxies, a log that does not name the place."""
    ballot, giver, holder, third, _proxy = given(secretary)
    cast_votes(giver, [tick(ballot.motions.get())], actor=holder.person.user)
    close_ballot(ballot, actor=secretary)
    result = Result.objects.get()
    with without_triggers("council_result", "common_logentry"):
        old = digest_of(result.motion, {name: getattr(result, name) for name in COUNTS}, with_proxies=False)
        Result.objects.update(digest=old, digest_form=1)
        for entry in LogEntry.objects.filter(action="vote.cast"):
            data = entry.data if named else {"motions": entry.data["motions"]}
            LogEntry.objects.filter(pk=entry.pk).update(data=data, actor=actor(third) if actor else entry.actor)
    return Ballot.objects.get()


@pytest.mark.django_db(transaction=True)
def test_of_a_ballot_from_before_it_is_said_what_cannot_be_proved_and_nothing_is_called_wrong(secretary):
    ballot = from_before(secretary)

    found, out = verify(ballot), io.StringIO()
    call_command("verify_ballot", str(ballot.pk), stdout=out)

    assert (found.wrong, len(found.unproven)) == ([], 2)
    assert (out.getvalue().splitlines()[0].endswith(": ok"), out.getvalue().count("not provable")) == (True, 2)
    page = client_for(secretary).get(reverse("admin:council_ballot_verify", args=[ballot.pk])).text
    assert [text in page for text in found.unproven] == [True, True]


@pytest.mark.django_db(transaction=True)
def test_a_ballot_from_before_whose_log_knows_no_vote_of_the_holder_is_called_wrong(secretary):
    ballot = from_before(secretary, actor=lambda third: third.person.user)

    assert len(verify(ballot).wrong) == 1


@pytest.mark.django_db(transaction=True)
def test_an_old_digest_under_a_new_result_is_called_wrong(secretary):
    ballot = from_before(secretary, named=True)
    with without_triggers("council_result"):
        Result.objects.update(digest_form=2)

    found = verify(ballot)

    assert (len(found.wrong), found.unproven) == (1, [])


# The way from the unit's own pages


def test_the_liaison_finds_the_vote_of_the_unit_and_the_way_to_give_it_away_on_the_portal(secretary):
    assembly = BodyFactory(code="assembly", name="全体大会", electorate="members")
    ProcedureFactory(body=assembly, proxies_allowed=True)
    liaisons = [AffiliationFactory(institution=MembershipFactory().institution, role="liaison", person__with_user=True) for _n in range(3)]
    draft = draft_ballot(body=assembly, title="大会表决", closes_at=FAR, applications=[], text=("章程修正案", ""), actor=secretary)
    before = client_for(liaisons[0].person.user).get(reverse("portal:overview")).text
    ballot = open_ballot(draft, actor=secretary)
    first, second, _third = (ballot.electors.get(person=one.person) for one in liaisons)
    address = reverse("council:ballot", args=[ballot.pk])

    opened_ = client_for(liaisons[0].person.user).get(reverse("portal:overview")).text
    give_proxy(first, second, authority=scan(), actor=secretary)
    cast_votes(second, [tick(ballot.motions.get())], actor=liaisons[1].person.user)
    pages = [client_for(one.person.user).get(reverse("portal:overview")).text for one in liaisons]

    assert [(address in page, page_of(ballot) in page) for page in (before, opened_)] == [(False, False), (True, True)]
    # Who gave it away may take it back; who holds one and has voted gives nothing away.
    assert [page_of(ballot) in page for page in pages] == [True, False, True]


def test_who_holds_a_vote_is_not_offered_on_the_portal_to_give_the_own_one_away(secretary):
    assembly = BodyFactory(code="assembly", name="全体大会", electorate="members")
    ProcedureFactory(body=assembly, proxies_allowed=True)
    liaisons = [AffiliationFactory(institution=MembershipFactory().institution, role="liaison", person__with_user=True) for _n in range(2)]
    ballot = open_ballot(
        draft_ballot(body=assembly, title="大会表决", closes_at=FAR, applications=[], text=("章程修正案", ""), actor=secretary), actor=secretary
    )
    giver, holder = (ballot.electors.get(person=one.person) for one in liaisons)

    before = client_for(liaisons[0].person.user).get(reverse("portal:overview")).text
    give_proxy(giver, holder, authority=scan(), actor=secretary)
    pages = [client_for(one.person.user).get(reverse("portal:overview")).text for one in liaisons]

    assert [page_of(ballot) in page for page in pages] == [True, False]
    # Who gave it away is led to taking it back, in these words.
    assert [("委托他人表决" in page, "查看或撤回" in page) for page in (before, pages[0])] == [(True, False), (False, True)]


def test_stepping_aside_from_one_motion_leaves_the_vote_on_the_others_to_be_given_away(secretary):
    ballot = opened(secretary, motions=2, proxies_allowed=True)
    elector = ballot.electors.order_by("pk").first()
    recuse(elector, ballot.motions.first(), actor=elector.person.user, reason="校友")

    (row,) = rows_for(elector.person.user, Ballot.objects.filter(pk=ballot.pk))

    assert (row.done, row.may_give, row.gave) == (1, True, False)
