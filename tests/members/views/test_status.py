"""The applicant's pages: papers on the status page, the hint about an unusual code, the traditional name."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from council.services.rounds import record_meeting_result
from fees.services.billing import issue_joining_invoice
from members.enums import ApplicationStatus
from members.models import Application, ApplicationEditor
from tests.factories.common import pdf
from tests.factories.council import MotionFactory, ProcedureFactory, SeatFactory
from tests.factories.fees import ScheduleFactory
from tests.factories.members import ApplicationFactory, InstitutionFactory, MembershipFactory
from tests.support import client_for

pytestmark = pytest.mark.django_db


def application_of(applicant, status=ApplicationStatus.DRAFT, **values):
    application = ApplicationFactory(applicant=applicant, status=status, **values)
    ApplicationEditor.objects.create(application=application, user=applicant)
    return application


def test_the_payment_notice_is_there_when_it_is_issued_and_not_before(applicant, stranger, secretary):
    ScheduleFactory()
    application = application_of(applicant, ApplicationStatus.APPROVED)
    client, paper = client_for(applicant), f"/apply/{application.reference}/papers/payment-notice.pdf"
    before = client.get(paper)

    membership = MembershipFactory(pending=True, institution=application.institution, application=application)
    invoice = issue_joining_invoice(membership, actor=secretary, on=dt.date(2026, 3, 1))
    after = client.get(paper)
    page = client.get(f"/apply/{application.reference}/")

    assert (before.status_code, after.status_code, after.content[:5]) == (404, 200, b"%PDF-")
    assert paper in page.text
    assert invoice.number in page.text
    assert client_for(stranger).get(paper).status_code == 404
    assert client.get(f"/apply/{application.reference}/papers/other.pdf").status_code == 404


def test_the_letter_of_approval_is_there_when_the_council_has_decided(applicant, secretary):
    ScheduleFactory()
    procedure = ProcedureFactory()
    SeatFactory.create_batch(3, body=procedure.body)
    motion = MotionFactory(ballot__body=procedure.body)
    application = motion.application
    ApplicationEditor.objects.create(application=application, user=applicant)
    client, paper = client_for(applicant), f"/apply/{application.reference}/papers/approval-letter.pdf"
    before = client.get(paper).status_code

    counts = {motion.pk: {"votes_for": 3, "votes_against": 0, "abstentions": 0, "recused": 0}}
    minutes = SimpleUploadedFile("纪要.pdf", pdf())
    record_meeting_result(motion.ballot, decided_on=dt.date(2026, 3, 20), counts=counts, minutes=minutes, actor=secretary)
    page = client.get(f"/apply/{application.reference}/")

    letter = client.get(paper)
    assert (before, letter.status_code, letter.content[:5]) == (404, 200, b"%PDF-")
    assert paper in page.text
    # That it was put to the vote, and with what outcome; never how many were for it.
    steps = [entry.action for entry in page.context["entries"]]
    assert [step for step in steps if step in {"ballot.reported", "application.approved"}] == ["ballot.reported", "application.approved"]


@pytest.mark.parametrize(("code", "hinted"), [("12100000400000624D", False), ("91320594745566718X", True)])
def test_an_unusual_code_is_remarked_on_and_kept(applicant, liaison, code, hinted):
    application = application_of(applicant)
    values = {"invoice_title": "大学", "invoice_tax_number": code, "invoice_type": "ordinary", "invoice_email": "f@x.cn"}

    page = client_for(applicant).post(f"/apply/{application.reference}/part/invoicing/", values, follow=True)
    unit = client_for(liaison).post("/portal/unit/", {"name_en": "", "credit_code": code}, follow=True)

    application.refresh_from_db()
    assert application.invoice_tax_number == code
    assert ["以 12 开头" in answer.text for answer in (page, unit)] == [hinted, hinted]


def test_a_slip_between_letter_and_digit_is_named_on_the_unit_page(liaison):
    page = client_for(liaison).post("/portal/unit/", {"name_en": "", "credit_code": "121OOOOO4OOOOO624D"})

    assert "12100000400000624D" in page.text


def test_a_traditional_name_finds_the_university(applicant):
    application = application_of(applicant, institution=None)
    university = InstitutionFactory(name="苏州大学")

    page = client_for(applicant).get(f"/apply/{application.reference}/part/institution/", {"q": "蘇州大學"})

    assert [found.pk for found in page.context["results"]] == [university.pk]


def test_a_refused_choice_stays_chosen(applicant):
    application = application_of(applicant, institution=None)
    member = MembershipFactory(institution__name="南京大学").institution
    InstitutionFactory(name="南京大学金陵学院")

    page = client_for(applicant).post(f"/apply/{application.reference}/part/institution/?q=南京大学", {"institution": member.pk})

    assert "该校已是联盟成员单位" in page.text
    assert f'value="{member.pk}" checked' in page.text
    assert Application.objects.get(pk=application.pk).institution is None
