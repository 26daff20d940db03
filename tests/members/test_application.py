"""The application: form, seal, submission, screening, joining."""

import datetime as dt
import io

import pdfplumber
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection
from django.urls import reverse

from alliance.common.documents import verify_url
from alliance.common.exceptions import InvalidTransition
from alliance.common.models import OutboxMessage, StoredFile, VerifiableDocument
from members.answers import PARTS_BY_SLUG, digest
from members.documents import certificate, sealed_form
from members.enums import ApplicationStatus, MembershipStatus, PersonRole
from members.models import Application, ApplicationEditor, CorrectionPoint, Membership, Submission, User
from members.selectors.memberships import contacts
from members.services.applying import (
    AlreadyApplied,
    AlreadyMember,
    NotYourTurn,
    SealMissing,
    attach_scan,
    save_part,
    start_application,
    submit_application,
    withdraw_application,
)
from members.services.joining import activate_membership, approve_application
from members.services.people import LastLiaison, add_person, end_role
from members.services.screening import InstitutionUnchecked, NothingToCorrect, check_institution, decline, pass_to_council, return_for_correction
from tests.factories.common import pdf, png
from tests.factories.members import ApplicationFactory, InstitutionFactory, MembershipFactory, StaffFactory, UserFactory
from tests.support import without_triggers

DAY = dt.date(2026, 3, 5)


def scan(name="扫描.pdf", content=None):
    return SimpleUploadedFile(name, content or pdf())


@pytest.fixture
def application(db):
    """Complete, with its applicant as editor, not yet sealed."""
    application = ApplicationFactory()
    ApplicationEditor.objects.create(application=application, user=application.applicant)
    return application


@pytest.fixture
def submitted(application):
    attach_scan(application, [scan()], actor=application.applicant)
    return submit_application(application, actor=application.applicant)


@pytest.mark.django_db
def test_starting_twice_goes_on_with_one_draft(applicant):
    first, second = start_application(actor=applicant), start_application(actor=applicant)

    assert (first.pk, Application.objects.count()) == (second.pk, 1)


@pytest.mark.django_db
def test_submitting_freezes_what_was_sent_and_confirms_by_mail(application, timeline, outbox_for):
    attach_scan(application, [scan()], actor=application.applicant)
    submit_application(application, actor=application.applicant)

    submission = Submission.objects.get()
    assert (application.status, submission.digest, submission.snapshot["head_name"]) == (ApplicationStatus.SUBMITTED, digest(application), "张主任")
    assert timeline(application)[-1] == ("application.submitted", application.applicant)
    assert {m.recipient for m in outbox_for(application)} == {application.applicant.email, application.liaison_email}


@pytest.mark.django_db
def test_submitting_from_two_tabs_is_one_submission(application):
    attach_scan(application, [scan()], actor=application.applicant)
    other = Application.objects.get(pk=application.pk)

    submit_application(application, actor=application.applicant)
    submit_application(other, actor=application.applicant)

    assert Submission.objects.count() == 1


@pytest.mark.django_db
def test_a_seal_on_an_older_content_is_not_accepted(application):
    attach_scan(application, [scan()], actor=application.applicant)
    save_part(application, PARTS_BY_SLUG["department"], {"head_name": "王主任"}, actor=application.applicant)

    with pytest.raises(SealMissing) as refusal:
        submit_application(application, actor=application.applicant)

    assert str(refusal.value) == "盖章之后内容有修改。请重新打印、盖章并上传。"


@pytest.mark.django_db
def test_what_is_submitted_cannot_be_changed(submitted):
    with pytest.raises(NotYourTurn):
        save_part(submitted, PARTS_BY_SLUG["department"], {"head_name": "x"}, actor=submitted.applicant)


@pytest.mark.django_db
def test_a_member_does_not_apply_again(application):
    with pytest.raises(AlreadyMember):
        save_part(application, PARTS_BY_SLUG["institution"], {"institution": MembershipFactory().institution}, actor=application.applicant)


@pytest.mark.django_db(transaction=True)
def test_two_offices_of_one_university_apply_at_once_and_one_is_told(race):
    institution = InstitutionFactory()
    drafts = [ApplicationFactory(institution=None) for _n in range(2)]

    outcomes = race(*[lambda d=d: save_part(d, PARTS_BY_SLUG["institution"], {"institution": institution}, actor=d.applicant) for d in drafts])

    assert sorted(type(o).__name__ for o in outcomes) == ["AlreadyApplied", "Application"]
    assert AlreadyApplied.field == "institution"


@pytest.mark.django_db
def test_returning_tells_the_applicant_what_to_mend(submitted, secretary, timeline, outbox_for):
    return_for_correction(submitted, actor=secretary, points=[CorrectionPoint(field="scan", text="印章不清晰")])

    assert (submitted.status, submitted.round) == (ApplicationStatus.RETURNED, 2)
    assert timeline(submitted)[-1] == ("application.returned", secretary)
    assert "1. 印章不清晰" in outbox_for(submitted)[-1].body_text


@pytest.mark.django_db
def test_a_return_says_what_to_mend(submitted, secretary):
    with pytest.raises(NothingToCorrect):
        return_for_correction(submitted, actor=secretary, points=[])


@pytest.mark.django_db(transaction=True)
def test_two_officers_decide_at_once_and_one_learns_of_the_other(race):
    application = ApplicationFactory(status=ApplicationStatus.SUBMITTED)

    outcomes = race(
        lambda: decline(Application.objects.get(pk=application.pk), actor=StaffFactory(), reason="不符合条件"),
        lambda: pass_to_council(Application.objects.get(pk=application.pk), actor=StaffFactory()),
    )

    assert sorted(type(o).__name__ for o in outcomes) == ["Application", "InvalidTransition"]


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_and_the_trigger_both_decide():
    application = ApplicationFactory(status=ApplicationStatus.SUBMITTED)
    first, second = Application.objects.get(pk=application.pk), Application.objects.get(pk=application.pk)

    with without_triggers("members_application"):
        for copy, status in ((first, ApplicationStatus.DECLINED), (second, ApplicationStatus.SCREENED)):
            copy.status = status
            copy.save(update_fields=["status"])

    assert Application.objects.get().status == ApplicationStatus.SCREENED


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("status", ["approved", "admitted", "balloted", "draft"])
def test_the_database_knows_no_jump(status):
    application = ApplicationFactory(status=ApplicationStatus.SUBMITTED)

    with pytest.raises(IntegrityError):
        Application.objects.filter(pk=application.pk).update(status=status)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", ["UPDATE members_submission SET digest = 'x'", "DELETE FROM members_submission", "DELETE FROM members_membership"])
def test_what_was_sent_and_who_was_a_member_stays(statement):
    application = ApplicationFactory()
    ApplicationEditor.objects.create(application=application, user=application.applicant)
    attach_scan(application, [scan()], actor=application.applicant)
    submit_application(application, actor=application.applicant)
    MembershipFactory()

    with pytest.raises(Exception, match="Cannot|append-only|cannot"), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_a_typed_institution_is_checked_before_it_goes_on(secretary):
    application = ApplicationFactory(institution=None, institution_typed="海军工程大学", status=ApplicationStatus.SUBMITTED)
    with pytest.raises(InstitutionUnchecked):
        pass_to_council(application, actor=secretary)

    check_institution(application, actor=secretary, institution=None)

    assert pass_to_council(application, actor=secretary).institution.name == "海军工程大学"


@pytest.mark.django_db
def test_withdrawing_before_the_vote_and_not_after(application):
    balloted = ApplicationFactory(status=ApplicationStatus.BALLOTED)

    withdraw_application(application, actor=application.applicant)

    assert application.status == ApplicationStatus.WITHDRAWN
    with pytest.raises(InvalidTransition):
        withdraw_application(balloted, actor=balloted.applicant)


@pytest.mark.django_db
def test_approval_takes_over_the_people_and_the_liaison_can_sign_in():
    application = ApplicationFactory(status=ApplicationStatus.BALLOTED)

    membership = approve_application(application, source="sample", on=DAY)

    (liaison,) = contacts(membership.institution, PersonRole.LIAISON)
    assert (liaison.name, liaison.user.email) == ("李老师", application.liaison_email)
    assert User.objects.get(email=application.liaison_email).has_perm("members.enter_portal")


@pytest.mark.django_db(transaction=True)
def test_four_workers_approve_once(race):
    application = ApplicationFactory(status=ApplicationStatus.BALLOTED)

    race(*[lambda: approve_application(Application.objects.get(pk=application.pk), source="sample", on=DAY)] * 4)

    assert Membership.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_units_join_at_once_and_get_eight_numbers(race):
    memberships = MembershipFactory.create_batch(8, pending=True)

    race(*[lambda m=m: activate_membership(Membership.objects.get(pk=m.pk), source="sample", on=DAY) for m in memberships])

    assert sorted(Membership.objects.values_list("number", flat=True)) == [f"2026-{n:03d}" for n in range(1, 9)]


@pytest.mark.django_db
def test_a_number_taken_by_an_imported_member_is_passed_over():
    MembershipFactory(number="2026-001")

    membership = activate_membership(MembershipFactory(pending=True), source="sample", on=DAY)

    assert (membership.number, membership.status) == ("2026-002", MembershipStatus.ACTIVE)


@pytest.mark.django_db(transaction=True)
def test_a_member_number_never_changes():
    membership = MembershipFactory()

    with pytest.raises(IntegrityError):
        Membership.objects.filter(pk=membership.pk).update(number="2026-999")


@pytest.mark.django_db
def test_anybody_can_verify_the_certificate(client):
    membership = activate_membership(MembershipFactory(pending=True), source="sample", on=DAY)
    document = VerifiableDocument.objects.get()

    page = client.get(verify_url(document)).content.decode()

    assert ("真实有效" in page, membership.institution.name in page, membership.number in page) == (True, True, True)
    assert client.get("/verify/NOSUCHCODE/").status_code == 404


@pytest.mark.django_db
def test_documents_carry_their_text(application):
    membership = activate_membership(MembershipFactory(pending=True), source="sample", on=DAY)

    texts = [
        "".join(page.extract_text() for page in pdfplumber.open(io.BytesIO(content)).pages) for content in (sealed_form(application), certificate(membership))
    ]

    assert ("张主任" in texts[0], application.reference in texts[0]) == (True, True)
    assert (membership.institution.name in texts[1], membership.number in texts[1]) == (True, True)


@pytest.mark.django_db
def test_the_last_liaison_stays_until_there_is_a_successor(liaison):
    affiliation = liaison.person.affiliations.get()
    with pytest.raises(LastLiaison):
        end_role(affiliation, actor=liaison)

    add_person(affiliation.institution, name="接任者", email="next@x.edu.cn", role=PersonRole.LIAISON, actor=liaison)

    assert end_role(affiliation, actor=liaison).until is not None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("upload", "kept"),
    [
        (scan("照片.jpg", png()), "image/png"),
        (scan("扫描.jpg", pdf()), "application/pdf"),
        (scan("x.pdf", b"\x00\x01" * 999), None),
        (scan("x.pdf", b"MZ" + b"0" * 999), None),
    ],
)
def test_the_scan_is_judged_by_its_content(application, client_for, upload, kept):
    response = client_for(application.applicant).post(reverse("apply:scan", args=[application.reference]), {"scan": upload})

    assert [f.mimetype for f in StoredFile.objects.all()] == ([kept] if kept else [])
    assert response.status_code == (302 if kept else 200)


@pytest.mark.django_db
def test_a_file_that_is_too_large_is_refused_with_words(application, client_for, settings):
    settings.UPLOAD_MAX_BYTES = 1024 * 1024

    page = client_for(application.applicant).post(reverse("apply:scan", args=[application.reference]), {"scan": scan(content=b"%PDF-" + b"0" * 3_000_000)})

    assert "文件大小为 3 MB，最大允许 1 MB。" in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("value", ["长" * 10_000, "😀" * 200, "\x00\x00", "<script>alert(1)</script>" * 9])
def test_awkward_text_is_kept_or_refused_with_words_and_never_breaks(application, client_for, value):
    url = reverse("apply:part", args=[application.reference, "department"])

    response = client_for(application.applicant).post(url, {"department": value, "head_name": "张", "head_post": "主任", "head_email": ""})

    assert response.status_code in {200, 302}
    assert "<script>alert" not in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("121000OO400000624D", "是否应为 12100000400000624D？"),
        ("12100000400000624", "代码应为 18 位，现为 17 位。"),
        ("12100000400000625D", "最后一位与前面各位不相符"),
    ],
)
def test_a_wrong_credit_code_gets_the_likely_slip(application, client_for, number, message):
    url = reverse("apply:part", args=[application.reference, "invoicing"])

    page = client_for(application.applicant).post(
        url, {"invoice_title": "苏州大学", "invoice_tax_number": number, "invoice_type": "ordinary", "invoice_email": "a@b.cn"}
    )

    assert message in page.content.decode()


@pytest.mark.django_db
def test_full_width_digits_are_as_good_as_plain_ones(application, client_for):
    url = reverse("apply:part", args=[application.reference, "invoicing"])

    client_for(application.applicant).post(
        url, {"invoice_title": "苏州大学", "invoice_tax_number": "１２１０００００４０００００６２４Ｄ", "invoice_type": "ordinary", "invoice_email": "a@b.cn"}
    )

    application.refresh_from_db()
    assert application.invoice_tax_number == "12100000400000624D"


@pytest.mark.django_db
def test_typing_is_saved_field_by_field(application, client_for):
    url = reverse("apply:part", args=[application.reference, "department"])

    answer = client_for(application.applicant).post(url, {"department": "发展规划处", "head_email": "not an address", "autosave": "1"})

    application.refresh_from_db()
    assert (answer.status_code, application.department, application.head_name) == (200, "发展规划处", "张主任")


@pytest.mark.django_db
def test_somebody_elses_application_does_not_exist(application, stranger, client_for):
    client = client_for(stranger)
    names = ["tasks", "sealed_form", "scan", "check", "submitted", "withdraw"]

    answers = {client.get(reverse(f"apply:{name}", args=[application.reference])).status_code for name in names}

    assert answers == {404}


@pytest.mark.django_db
def test_the_sealed_scan_is_read_by_its_people_and_staff_only(submitted, secretary, stranger, client_for):
    url = submitted.scan.get_absolute_url()

    answers = [client_for(user).get(url).status_code for user in (submitted.applicant, secretary, stranger, UserFactory(), None)]

    assert answers == [200, 200, 404, 404, 302]


@pytest.mark.django_db
def test_no_mail_is_queued_twice_for_one_step(submitted):
    assert OutboxMessage.objects.count() == len({(m.recipient, m.key) for m in OutboxMessage.objects.all()})
