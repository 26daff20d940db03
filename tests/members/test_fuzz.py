"""Whatever is uploaded, and whatever a table says: an answer in words, never a 500, and nothing half taken over.

`FUZZ=10000 script/test tests/members/test_fuzz.py` runs ten thousand cases; FUZZ_FROM sets the first one, so that they can be run in pieces.
A case is its number: the same number makes the same files.
"""

import hashlib
import os
import random

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.urls import reverse

from alliance.common.models.sheets import SheetImport, SheetState
from alliance.common.sheets.kinds import sheet_kinds
from members.models import ApplicationEditor
from tests import fuzzing
from tests.factories.fees import ScheduleFactory
from tests.factories.members import AffiliationFactory, ApplicationFactory, InstitutionAliasFactory, InstitutionFactory, MembershipFactory
from tests.support import client_for

COUNT = int(os.environ.get("FUZZ", "120"))
FIRST = int(os.environ.get("FUZZ_FROM", "0"))
TABLES = (
    "members_institution", "members_institutionalias", "members_person", "members_affiliation", "members_membership", "members_membershiptier", "members_suspension",
    "members_user", "fees_invoice", "fees_payment", "meetings_meeting", "meetings_registration",
)  # fmt: skip
LEFT = ("members_user", "fees_invoice", "fees_payment")
pytestmark = pytest.mark.django_db


def fingerprint(without: tuple[str, ...] = ()) -> str:
    """All that an import may touch, as one digest; times of the last change do not count."""
    found = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in (table for table in TABLES if table not in without):
            cursor.execute(f"SELECT to_jsonb(t) - 'updated_at' FROM {table} t ORDER BY id")
            found.update(repr(cursor.fetchall()).encode())
    return found.hexdigest()


@pytest.fixture
def register(secretary):
    """A small register to fall over."""
    ScheduleFactory()
    member = MembershipFactory(number="2024-001", institution=InstitutionFactory(name="苏州大学"))
    AffiliationFactory(institution=member.institution, person__name="苏大", person__email="a@b.cn")
    InstitutionAliasFactory(institution=member.institution)
    for name in ("南京大学", "南昌大学"):
        InstitutionAliasFactory(institution=InstitutionFactory(name=name), name="南大", ambiguous=True)
    InstitutionFactory(name="第1样例大学")


def test_any_file_sent_as_the_sealed_form_gets_an_answer_in_words(applicant):
    application = ApplicationFactory(applicant=applicant)
    ApplicationEditor.objects.create(application=application, user=applicant)
    client, address = client_for(applicant), reverse("apply:scan", args=[application.reference])
    answers: dict[int, int] = {}
    for case in range(FIRST, FIRST + COUNT // 2):
        rng = random.Random(case)
        files = [SimpleUploadedFile(*fuzzing.scan(rng)) for _ in range(rng.choice((1, 1, 1, 2)))]
        cache.clear()
        with transaction.atomic():
            answer = client.post(address, {"scan": files}, SERVER_NAME="testserver")
            application.refresh_from_db()
            kept = application.scan_id is not None
            # Taken: the file is kept. Refused: the form is shown again, with a reason, and nothing is kept.
            assert (answer.status_code, kept) in {(302, True), (200, False)}, case
            assert kept or answer.context["form"].errors, case
            transaction.set_rollback(True)
        answers[answer.status_code] = answers.get(answer.status_code, 0) + 1

    print(f"from case {FIRST}: {answers}")
    assert sum(answers.values()) == COUNT // 2


def test_any_table_is_taken_over_as_a_whole_or_not_at_all(register, secretary):
    client, kinds = client_for(secretary), sheet_kinds()
    before = fingerprint()
    ends: dict[str, int] = {}
    for case in range(FIRST, FIRST + COUNT - COUNT // 2):
        rng = random.Random(1_000_000 + case)
        with transaction.atomic():
            end = bring_in(client, rng.choice(kinds), rng, before, case)
            ends[end] = ends.get(end, 0) + 1
            transaction.set_rollback(True)
        if case % 50 == 0:
            assert fingerprint() == before, case

    print(f"from case {FIRST}: {ends}")
    assert sum(ends.values()) == COUNT - COUNT // 2
    assert "taken over" in ends or COUNT < 100, ends


def bring_in(client, kind, rng, before, case) -> str:
    """One table on its way through the pages; returns how far it came. Asserts that each stop leaves the register as it was."""
    unchanged = fingerprint(without=LEFT)
    name, content = fuzzing.table(kind, rng)
    answer = client.post(reverse("admin:sheet_upload", args=[kind.code]), {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code in {200, 302}, case
    if answer.status_code == 200:
        assert answer.context["form"].errors
        return "refused"
    run = SheetImport.objects.latest("pk")
    mapping = dict(run.mapping)
    if rng.random() < 0.2:
        mapping[rng.choice([c.name for c in kind.columns])] = rng.choice((0, 1, 199, -1, 10**9, "x"))
    columns = reverse("admin:sheet_columns", args=[kind.code, run.pk])
    assert client.get(columns).status_code == 200, case
    if client.post(columns, {k: str(v) for k, v in mapping.items()}).status_code == 200:
        return "columns unclear"
    page = reverse("admin:sheet_preview", args=[kind.code, run.pk])
    assert client.get(page).status_code == 200
    client.post(page, {"only_good" if rng.random() < 0.8 else "all": ""})
    run.refresh_from_db()
    if run.state != SheetState.APPLIED:
        assert fingerprint() == before, case
        return "not taken over"
    changed = run.changes.exists()
    assert (fingerprint() != before) == changed, case
    client.post(page, {"undo": ""})
    run.refresh_from_db()
    assert run.state == SheetState.UNDONE, case
    # All comes back as it was; money documents are voided instead, and the account that a liaison got stays.
    assert fingerprint(without=LEFT) == unchanged, case
    return "taken over" if changed else "nothing to take over"
