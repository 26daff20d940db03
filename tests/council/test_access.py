"""Who gets which page of the council: a councillor, an assembly delegate, a proxy's holder and giver, one who is recused, staff."""

import pytest
from django.urls import reverse

from council.models import Ballot
from council.services.closing import close_ballot
from council.services.drafting import add_motion
from council.services.feeds import renew_deadlines
from council.services.opening import open_ballot
from council.services.proxies import give_proxy
from council.services.voting import cast_votes, recuse
from members.enums import PersonRole
from tests.council.support import opened, scan, tick
from tests.factories.council import BallotFactory, BodyFactory, ProcedureFactory
from tests.factories.members import AffiliationFactory, ApplicationFactory, MembershipFactory
from tests.support import client_for

pytestmark = pytest.mark.django_db

ROLES = ("councillor", "holder", "giver", "recused", "delegate", "liaison", "secretary", "finance", "stranger")
# By page of the council's open ballot: who gets it. A page of the whole council has no ballot.
TABLE = {
    "index": {"councillor": 200, "holder": 200, "giver": 200, "recused": 200, "delegate": 200, "liaison": 403, "secretary": 403, "finance": 403, "stranger": 403},
    "votes": {"councillor": 200, "holder": 200, "giver": 200, "recused": 200, "delegate": 200, "liaison": 403, "secretary": 403, "finance": 403, "stranger": 403},
    "calendar_address": {
        "councillor": 200, "holder": 200, "giver": 200, "recused": 200, "delegate": 200, "liaison": 403, "secretary": 403, "finance": 403, "stranger": 403,
    },
    "attendance": {
        "councillor": 200, "holder": 200, "giver": 200, "recused": 200, "delegate": 200, "liaison": 403, "secretary": 200, "finance": 200, "stranger": 403,
    },
    "ballot": {"councillor": 200, "holder": 200, "giver": 200, "recused": 200, "delegate": 404, "liaison": 404, "secretary": 404, "finance": 404, "stranger": 404},
    "receipt": {"councillor": 200, "holder": 200, "giver": 200, "recused": 200, "delegate": 404, "liaison": 404, "secretary": 404, "finance": 404, "stranger": 404},
    "proxy": {"councillor": 200, "holder": 200, "giver": 200, "recused": 200, "delegate": 404, "liaison": 404, "secretary": 404, "finance": 404, "stranger": 404},
    "dossier": {"councillor": 200, "holder": 200, "giver": 200, "recused": 404, "delegate": 404, "liaison": 404, "secretary": 404, "finance": 404, "stranger": 404},
    "recuse": {"councillor": 200, "holder": 200, "giver": 200, "recused": 200, "delegate": 404, "liaison": 404, "secretary": 404, "finance": 404, "stranger": 404},
    "urn": {"councillor": 404, "holder": 404, "giver": 404, "recused": 404, "delegate": 404, "liaison": 404, "secretary": 404, "finance": 404, "stranger": 404},
}  # fmt: skip


@pytest.fixture
def scene(secretary, finance_officer, stranger, liaison):
    """An open ballot of the council with a proxy and somebody recused, one of the assembly, and everybody."""
    council = opened(secretary, seats=5, motions=0, applications=[ApplicationFactory(status="screened")], proxies_allowed=True)
    plain, giver, holder, recused, _other = council.electors.order_by("pk")
    give_proxy(giver, holder, authority=scan(), actor=secretary)
    recuse(recused, council.motions.get(), actor=recused.person.user, reason="校友")
    assembly = BodyFactory(code="assembly", name="全体大会", electorate="members", good_standing_only=False)
    ProcedureFactory(body=assembly)
    delegate = AffiliationFactory(institution=MembershipFactory().institution, role=PersonRole.VOTER, person__with_user=True)
    draft = BallotFactory(body=assembly)
    add_motion(draft, title="章程修订")
    liaison_unit_has_another_delegate = liaison.person.affiliations.get().institution
    AffiliationFactory(institution=liaison_unit_has_another_delegate, role=PersonRole.VOTER)
    open_ballot(draft, actor=secretary)
    people = {
        "councillor": plain, "giver": giver, "holder": holder, "recused": recused,
    }  # fmt: skip
    users = {name: elector.person.user for name, elector in people.items()}
    users |= {"delegate": delegate.person.user, "liaison": liaison, "secretary": secretary, "finance": finance_officer, "stranger": stranger}
    return council, draft, users


@pytest.mark.parametrize("name", TABLE)
def test_each_role_gets_what_the_table_says(scene, name):
    council, _assembly, users = scene
    arguments = {"dossier": [council.pk, council.motions.get().pk], "recuse": [council.pk, council.motions.get().pk]}
    whole = {"index", "votes", "calendar_address", "attendance"}
    address = reverse(f"council:{name}", args=arguments.get(name, [] if name in whole else [council.pk]))

    assert {role: client_for(users[role]).get(address).status_code for role in ROLES} == TABLE[name]


def test_the_delegate_votes_in_the_assembly_and_the_liaison_beside_them_does_not(scene):
    _council, assembly, users = scene
    address = reverse("council:ballot", args=[assembly.pk])

    assert {role: client_for(users[role]).get(address).status_code for role in ("delegate", "liaison", "councillor")} == {
        "delegate": 200, "liaison": 404, "councillor": 404,
    }  # fmt: skip


@pytest.mark.parametrize("role", ["secretary", "finance", "stranger", "liaison", "delegate"])
def test_who_stands_outside_the_electorate_casts_nothing(scene, role):
    council, _assembly, users = scene
    shown = tick(council.motions.get())
    data = {f"m{shown.motion.pk}-choice": "for", f"m{shown.motion.pk}-dossier": shown.dossier, f"m{shown.motion.pk}-comment": ""}

    answer = client_for(users[role]).post(reverse("council:ballot", args=[council.pk]), data)

    assert (answer.status_code, Ballot.objects.get(pk=council.pk).motions.get().votes.count()) == (404, 0)


def test_after_the_close_both_files_of_the_minutes_are_for_the_electorate_and_staff(scene):
    council, _assembly, users = scene
    close_ballot(council, actor=users["secretary"])

    for name in ("minutes", "minutes_docx"):
        answers = {role: client_for(users[role]).get(reverse(f"council:{name}", args=[council.pk])).status_code for role in ROLES}
        assert {role for role, code in answers.items() if code == 200} == {"councillor", "holder", "giver", "recused", "secretary", "finance"}


def test_in_a_secret_ballot_the_urn_is_for_the_electorate_alone(secretary, finance_officer, stranger):
    ballot = opened(secretary, secret=True, changeable=False)
    close_ballot(ballot, actor=secretary)
    address = reverse("council:urn", args=[ballot.pk])

    answers = [client_for(user).get(address).status_code for user in (ballot.electors.first().person.user, secretary, finance_officer, stranger)]

    assert answers == [200, 404, 404, 404]


def test_the_calendars_address_is_the_key_whoever_asks(scene):
    _council, _assembly, users = scene
    address = reverse("council:calendar", args=[renew_deadlines(users["councillor"]).token])

    assert {client_for(user).get(address).status_code for user in (None, *users.values())} == {200}


def test_the_holder_votes_for_both_and_the_giver_for_none(scene):
    council, _assembly, users = scene
    motion = council.motions.get()
    for place in ("giver", "holder"):
        elector = council.electors.get(person__user=users[place])
        cast_votes(elector, [tick(motion)], actor=users["holder"])

    page = client_for(users["giver"]).get(reverse("council:ballot", args=[council.pk])).text
    assert (motion.votes.count(), f"m{motion.pk}-choice" in page) == (2, False)


def test_finance_sees_no_button_that_it_may_not_press(finance_officer, secretary):
    new = reverse("admin:council_ballot_new")
    pages = [client_for(user).get(reverse("admin:council_ballot_changelist")).text for user in (finance_officer, secretary)]

    assert [new in page for page in pages] == [False, True]
