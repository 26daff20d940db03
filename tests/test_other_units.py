"""No role sees another unit's data: every address that names an object, asked for by the liaison (and the applicant) of another unit."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from alliance.common.clock import now
from alliance.common.files import PDF, store
from fees.services.billing import issue_annual_invoice
from fees.services.credits import credit_invoice
from fees.services.payments import record_payment
from members.models import ApplicationEditor
from members.services.applying import attach_scan
from members.services.departures import ask_to_leave
from members.services.invitations import invite_liaison, token_of
from members.services.joining import issue_certificate
from notices.models import Audience, Consultation
from notices.selectors.consultations import files_of
from notices.services.consulting import add_section, draft_consultation, open_consultation, save_comments
from tests.factories.common import pdf
from tests.factories.fees import ScheduleFactory
from tests.factories.meetings import (
    AllowanceRuleFactory,
    MeetingFactory,
    NominationFactory,
    PlaceRequestFactory,
    RegistrationFactory,
    UnitLinkFactory,
)
from tests.factories.members import AffiliationFactory, ApplicationFactory, MembershipFactory, UserFactory
from tests.support import client_for

APPLY = (
    "tasks", "sealed_form", "scan", "scan_remove", "check", "submitted", "withdraw", "questions", "colleagues", "messages", "delete", "reading",
)  # fmt: skip


@pytest.fixture
def theirs(db, secretary, finance_officer):
    """Everything that belongs to one unit and one applicant, as addresses."""
    ScheduleFactory(), AllowanceRuleFactory()
    affiliation = AffiliationFactory(institution=MembershipFactory().institution, role="liaison", person__with_user=True)
    unit, owner = affiliation.institution, affiliation.person.user
    membership = unit.memberships.get()
    issue_certificate(membership, source="sample")
    invoice = issue_annual_invoice(membership, year=2026, actor=finance_officer, on=dt.date(2026, 3, 1))
    note = credit_invoice(invoice, amount=1, reason="x", actor=finance_officer, on=dt.date(2026, 3, 1))
    invoice.refresh_from_db()
    record_payment(institution=unit, amount=invoice.owed, received_on=dt.date(2026, 3, 2), payer_name=unit.name, actor=finance_officer)
    registration = RegistrationFactory(meeting=MeetingFactory(), institution=unit, person=affiliation.person)
    departure = ask_to_leave(membership, actor=owner, reason="x", effective_on=dt.date(2099, 1, 1), letter=SimpleUploadedFile("a.pdf", pdf()))
    applicant = UserFactory()
    application = ApplicationFactory(applicant=applicant)
    ApplicationEditor.objects.create(application=application, user=applicant)
    attach_scan(application, [SimpleUploadedFile("a.pdf", pdf())], actor=applicant)
    stored = store(pdf(), name="x.pdf", owner=application, purpose="x", allowed=PDF)
    consultation = draft_consultation(actor=secretary, title="x", closes_at=now() + dt.timedelta(days=9))
    add_section(consultation, actor=secretary, title="一", upload=SimpleUploadedFile("a.pdf", pdf()))
    Consultation.objects.update(audience=Audience.objects.create(name="x", conditions={"standing": ["suspended"], "with_units": [unit.pk]}))
    consultation.refresh_from_db()
    open_consultation(consultation, actor=secretary)
    comment = save_comments(consultation, unit, actor=owner, comments={None: ("x", False)}, uploads=[SimpleUploadedFile("a.pdf", pdf())])
    comment_file = files_of(comment).get()
    slug = registration.meeting.slug
    link = UnitLinkFactory(meeting=registration.meeting, institution=unit)
    asked = PlaceRequestFactory(meeting=registration.meeting, link=link, institution=unit, status="waiting")
    nomination = NominationFactory(offer=registration.offer, institution=unit)
    addresses = [reverse(f"apply:{name}", args=[application.reference]) for name in APPLY]
    addresses += [reverse("apply:part", args=[application.reference, part]) for part in ("institution", "department", "contacts", "consents")]
    addresses.append(reverse("apply:paper", args=[application.reference, "payment-notice"]))
    addresses += [
        reverse("fees:invoice_pdf", args=[invoice.pk]), reverse("fees:receipt_pdf", args=[invoice.pk]), reverse("portal:end_role", args=[affiliation.pk]),
        reverse("fees:account_pdf", args=[unit.pk]), reverse("fees:credit_pdf", args=[note.pk]),
        reverse("unit_meetings:cancel", args=[slug, registration.pk]), reverse("unit_meetings:substitute", args=[slug, registration.pk]),
        reverse("unit_meetings:details", args=[slug, registration.pk]), reverse("unit_meetings:request", args=[slug, asked.pk]),
        reverse("unit_meetings:withdraw_nomination", args=[slug, nomination.pk]), reverse("unit_meetings:accept", args=[slug, registration.pk]),
        reverse("members:certificate", args=[membership.pk]), reverse("consultations:consultation", args=[consultation.pk]),
        reverse("consultations:summary", args=[consultation.pk, "pdf"]), reverse("consultations:remove_file", args=[consultation.pk, comment_file.pk]),
        reverse("common:file", args=[comment_file.pk]), reverse("common:file", args=[consultation.sections.get().file_id]),
        *(reverse("common:file", args=[file.pk]) for file in (application.scan, departure.letter, stored)),
    ]  # fmt: skip
    return owner, applicant, unit, addresses


@pytest.mark.parametrize("who", ["liaison", "applicant", "stranger", "councillor"])
def test_what_belongs_to_another_unit_does_not_exist(theirs, who, request):
    _owner, _applicant, _unit, addresses = theirs
    client = client_for(request.getfixturevalue(who))

    answers = {address: (client.get(address).status_code, client.post(address).status_code) for address in addresses}

    # 405 says only that the address takes another method; it says so of every object, there or not.
    leaks = {address: codes for address, codes in answers.items() if not set(codes) <= {403, 404, 405}}
    assert leaks == {}


def test_another_unit_cannot_be_chosen_by_its_number(theirs, liaison):
    _owner, _applicant, unit, _addresses = theirs

    page = client_for(liaison).get(f"/portal/?unit={unit.pk}").text

    assert unit.name not in page


def test_an_invitation_of_another_unit_is_only_for_its_address(theirs, liaison):
    owner, _applicant, unit, _addresses = theirs
    token = token_of(invite_liaison(unit, email="someone@example.edu.cn", name="某人", hands_over=False, actor=owner))

    client_for(liaison).post(reverse("portal:invitation", args=[token]))

    assert not unit.affiliations.filter(person__user=liaison).exists()
