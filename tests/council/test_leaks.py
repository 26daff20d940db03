"""Nobody learns too much: every address, export, search, feed and mail, compared byte for byte between votes that differ."""

import re

import pypdfium2
import pytest
from django.contrib import admin
from django.db import transaction
from django.urls import NoReverseMatch, reverse

from alliance.common.models import LogEntry, Organisation, OutboxMessage
from council.documents import approval_letter
from council.models import Ballot, Recusal
from council.services.closing import close_ballot
from council.services.feeds import renew_deadlines
from council.services.voting import cast_in_secret, cast_votes, recuse
from members.models import Departure
from tests.council.support import opened, tick
from tests.factories.council import MotionFactory
from tests.factories.members import ApplicationFactory
from tests.support import client_for
from tests.test_access import names

pytestmark = pytest.mark.django_db
CANARY = "金丝雀意见"
# What may differ between two answers that say the same: tokens, times, the asset's cache keys.
NOISE = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]*"|csrf[Tt]oken[^,;]*|nonce="[^"]*"|\d{1,2}:\d{2}(:\d{2})?|\d{8}T\d{6}Z|[0-9a-f]{32,64}|calendar/[^"<\s]*?\.ics|SEQUENCE:\d+'
)


def addresses(ballot):
    """Every address that could say something about the ballot, and all that need no argument."""
    found = []
    for name in names():
        if name == "portal:certificate":  # not about votes; the fixture's unit has none
            continue
        try:
            found.append(reverse(name))
        except NoReverseMatch:
            continue
    motion_pks = list(ballot.motions.values_list("pk", flat=True))
    found += [reverse(f"council:{name}", args=[ballot.pk]) for name in ("ballot", "receipt", "discussion", "urn", "minutes")]
    found += [reverse(f"council:{name}", args=[ballot.pk, pk]) for name in ("dossier", "recuse") for pk in motion_pks]
    for model, model_admin in admin.site._registry.items():
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        listing = reverse(f"{base}_changelist")
        found.append(listing)
        if model._meta.app_label in {"council", "common", "members"}:
            found.append(f"{listing}?export=csv")
        if model._meta.app_label == "council" or model._meta.model_name in {"application", "departure"}:
            # Of many alike the first two: one who may have voted, one who stepped aside.
            for record in model.objects.order_by("pk")[:2]:
                found.append(reverse(f"{base}_change", args=[record.pk]))
                found += [reverse(f"{base}_{button.name}", args=[record.pk]) for button in getattr(model_admin, "workflow", []) if button.url is None]
    found += ["/admin/search/?s=表决", "/admin/mailbox/"]
    return [address for address in dict.fromkeys(found) if not address.startswith("/accounts/")]


def text_of(response):
    """The answer as text without tokens and times; of a PDF its words."""
    kind = response.headers.get("Content-Type", "")
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if kind == "application/pdf":
        text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(body))
    else:
        text = body.decode("utf-8", "replace")
    return f"{response.status_code} {response.headers.get('Location', '')} {NOISE.sub('', text)}"


def answers(user, ballot, only=None):
    """All that a user can fetch (or `only` these addresses of it), with the calendar feed and the mails they were sent."""
    client = client_for(user)
    # That the rest of the admin is closed to all but staff is tested address by address in tests/test_access.py.
    is_staff = user is not None and user.has_perm("common.enter_admin")
    # What finance reads of the other rooms is a part of what the secretariat reads there.
    reads_all = is_staff and user.has_perm("council.manage_ballots")
    near = ("/admin/council/", "/admin/common/", "/admin/members/", "/admin/search/") if is_staff else ("/admin/council/",)
    wanted = [address for address in addresses(ballot) if reads_all or not address.startswith("/admin/") or address.startswith(near)]
    found = {address: text_of(client.get(address)) for address in wanted if only is None or address in only}
    if user is not None:
        found["feed"] = text_of(client.get(reverse("council:calendar", args=[renew_deadlines(user).token])))
        mails = OutboxMessage.objects.filter(recipient=user.email.lower()).order_by("template", "pk")
        found["mails"] = NOISE.sub("", "".join(f"{mail.subject}\n{mail.body_text}\n{mail.body_html}" for mail in mails))
    return found


@pytest.fixture
def scene(secretary, finance_officer, applicant, liaison, stranger):
    """An open ballot of seven over an application and a text; the second seat has stepped aside from the first motion; and everybody else."""
    Organisation.load()
    application = ApplicationFactory(status="screened", applicant=applicant)
    ballot = opened(secretary, seats=7, motions=1, applications=[application], quorum_numerator=1)
    electors = list(ballot.electors.order_by("pk"))
    recuse(electors[1], ballot.motions.first(), actor=electors[1].person.user, reason="校友")
    people = {
        "nobody": None, "stranger": stranger, "applicant": applicant, "liaison": liaison, "finance": finance_officer, "secretary": secretary,
        "recused": electors[1].person.user, "has not voted": electors[0].person.user,
    }  # fmt: skip
    return ballot, electors, people


def give(ballot, electors, choices):
    """The seats from the third on vote on both motions."""
    for elector, choice in zip(electors[2:], choices, strict=True):
        act = cast_in_secret if ballot.procedure.secret else cast_votes
        act(elector, [tick(motion, choice, f"{CANARY}{choice}") for motion in ballot.motions.all()], actor=elector.person.user)


def world_of(ballot, electors, people, choices, only=None):
    """What everybody fetches after these votes, the ballot still open; then as if nothing had been."""
    with transaction.atomic():
        give(ballot, electors, choices)
        found = {who: answers(user, Ballot.objects.get(pk=ballot.pk), only) for who, user in people.items()}
        transaction.set_rollback(True)
    return found


def test_while_a_ballot_is_open_no_answer_depends_on_what_was_voted(scene):
    ballot, electors, people = scene
    first = world_of(ballot, electors, people, ["for"] * 5)
    second = world_of(ballot, electors, people, ["against", "against", "against", "abstain", "against"])
    different = {(who, where) for who in people for where, text in first[who].items() if text != second[who][where]}
    # What differs between two runs of the same votes says nothing of votes: running numbers and random keys, of pages that are not the council's.
    again = world_of(ballot, electors, people, ["for"] * 5, only={where for _who, where in different})
    noise = {(who, where) for who, where in different if first[who][where] != again[who][where]}

    assert sorted(different - noise) == []
    assert [where for _who, where in noise if "council" in where] == []
    assert [who for world in (first, second) for who in people for text in world[who].values() if CANARY in text] == []


def closed_world(ballot, electors, people, choices, readers):
    """What these readers fetch after a close by these votes; then as if nothing had been."""
    with transaction.atomic():
        give(ballot, electors, choices)
        close_ballot(Ballot.objects.get(pk=ballot.pk), source="task:close-ballots")
        found = {who: answers(people[who], Ballot.objects.get(pk=ballot.pk)) for who in readers}
        transaction.set_rollback(True)
    return found


def test_after_the_close_the_recused_read_the_same_however_the_others_voted(scene):
    ballot, electors, people = scene
    # The other motion is taken away from the comparison: the same person steps aside from it as well.
    recuse(electors[1], ballot.motions.last(), actor=electors[1].person.user, reason="关联")

    narrow = closed_world(ballot, electors, people, ["for", "for", "for", "abstain", "against"], ["recused"])["recused"]
    clear = closed_world(ballot, electors, people, ["for", "for", "for", "for", "for"], ["recused"])["recused"]

    assert [address for address in narrow if narrow[address] != clear.get(address)] == []


@pytest.mark.parametrize("who", ["nobody", "stranger", "applicant", "liaison"])
def test_after_the_close_those_outside_read_the_same_however_the_council_voted(scene, who):
    ballot, electors, people = scene

    narrow = closed_world(ballot, electors, people, ["for", "for", "for", "abstain", "against"], [who])[who]
    clear = closed_world(ballot, electors, people, ["for", "for", "for", "for", "for"], [who])[who]

    assert [address for address in narrow if narrow[address] != clear.get(address)] == []


def test_control_who_is_not_recused_does_read_the_counts(scene):
    ballot, electors, people = scene

    narrow = closed_world(ballot, electors, people, ["for", "for", "for", "abstain", "against"], ["has not voted"])["has not voted"]
    clear = closed_world(ballot, electors, people, ["for", "for", "for", "for", "for"], ["has not voted"])["has not voted"]

    assert narrow[reverse("council:ballot", args=[ballot.pk])] != clear[reverse("council:ballot", args=[ballot.pk])]
    assert narrow[reverse("council:minutes", args=[ballot.pk])] != clear[reverse("council:minutes", args=[ballot.pk])]


def test_neither_letters_nor_records_that_others_read_carry_counts(scene, secretary):
    ballot, electors, _people = scene
    give(ballot, electors, ["for", "for", "for", "abstain", "against"])
    close_ballot(ballot, actor=secretary)
    application = ballot.motions.first().application
    result = ballot.motions.first().result

    letter = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(approval_letter(str(application.pk))))
    mails = "".join(OutboxMessage.objects.values_list("body_text", flat=True))
    log = "".join(str(entry.data) for entry in LogEntry.objects.all())
    decisions = "".join(Departure.objects.values_list("decision", flat=True))

    for text in (letter, mails, log, decisions):
        assert result.rule_text not in text
        assert not re.search(r"(同意|反对|弃权)\s*\d+\s*票", text)


def test_the_participation_page_says_nothing_of_motions_one_is_recused_from(scene, secretary):
    ballot, electors, people = scene
    recuse(electors[1], ballot.motions.last(), actor=electors[1].person.user, reason="关联")
    page = reverse("council:attendance")
    before = text_of(client_for(people["recused"]).get(page))
    give(ballot, electors, ["for"] * 5)

    close_ballot(ballot, actor=secretary)

    assert text_of(client_for(people["recused"]).get(page)) == before
    assert text_of(client_for(people["has not voted"]).get(page)) != before


def test_the_row_says_you_are_recused(scene):
    ballot, _electors, people = scene

    page = client_for(people["recused"]).get(reverse("council:ballot", args=[ballot.pk])).text

    assert "您已回避本议项" in page
    assert Recusal.objects.filter(motion__ballot=ballot).count() == 1
    assert MotionFactory._meta.model.objects.count() == 2
