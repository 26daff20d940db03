"""A university's whole way into the alliance, through the services."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from alliance.common.models import VerifiableDocument
from council.dossier import dossier_digest
from council.models import Result
from council.selectors.electorate import elector_of
from council.services.closing import close_ballot
from council.services.drafting import draft_ballot
from council.services.opening import open_ballot
from council.services.voting import Ticked, cast_votes
from fees.models import Invoice
from fees.services.payments import record_payment
from meetings.services.registration import UnitFull, register
from members.enums import ApplicationStatus, MembershipStatus, PersonRole
from members.models import Application, CorrectionPoint, Membership
from members.selectors.memberships import contacts
from members.services.applying import attach_scan, submit_application
from members.services.people import add_person
from members.services.screening import pass_to_council, return_for_correction
from tests.factories.common import pdf
from tests.factories.council import BodyFactory, ProcedureFactory, SeatFactory
from tests.factories.fees import ScheduleFactory
from tests.factories.meetings import AllowanceRuleFactory, MeetingFactory
from tests.factories.members import ApplicationFactory
from tests.support import moment


def seal_and_submit(application: Application) -> None:
    """What the applicant does once the answers are complete."""
    attach_scan(application, [SimpleUploadedFile("scan.pdf", pdf())], actor=application.applicant)
    submit_application(application, actor=application.applicant)


@pytest.mark.django_db
def test_a_university_joins_pays_and_sends_three_teachers(secretary, finance_officer, timeline, outbox_for):
    ScheduleFactory()
    AllowanceRuleFactory()
    ProcedureFactory()
    seats = SeatFactory.create_batch(3, person__with_user=True)
    application = ApplicationFactory()
    applicant = application.applicant

    seal_and_submit(application)
    return_for_correction(application, actor=secretary, points=[CorrectionPoint(field="head_name", text="负责人姓名与印章不符")])
    application.head_name = "王主任"
    application.save()
    seal_and_submit(application)
    pass_to_council(application, actor=secretary, recommendation="材料齐全，印章清晰。")
    ballot = draft_ballot(
        body=BodyFactory(), title="关于接收新成员的表决", closes_at=dt.datetime.now(dt.UTC) + dt.timedelta(days=7), applications=[application], actor=secretary
    )
    open_ballot(ballot, actor=secretary)
    motion = ballot.motions.get()
    for seat in seats:
        elector = elector_of(seat.person.user, ballot)
        cast_votes(elector, [Ticked(motion, "for", "", dossier_digest(motion))], actor=seat.person.user)
    close_ballot(ballot, actor=secretary)

    invoice = Invoice.objects.get()
    membership = Membership.objects.get(application=application)
    assert Result.objects.get().outcome == "passed"
    assert (invoice.total, invoice.remark) == (Decimal("5000.00"), f"可持续联盟+{application.institution.name}+入会费及年费")
    assert [(line.kind, line.amount) for line in invoice.lines.all()] == [("entry", Decimal("3000.00")), ("annual", Decimal("2000.00"))]
    assert (membership.status, membership.number) == (MembershipStatus.PENDING_PAYMENT, None)

    record_payment(
        institution=application.institution,
        amount=Decimal(5000),
        received_on=invoice.issued_on,
        payer_name=application.institution.name,
        remark=invoice.remark,
        actor=finance_officer,
    )

    membership.refresh_from_db()
    application.refresh_from_db()
    assert (membership.status, membership.number) == (MembershipStatus.ACTIVE, f"{invoice.issued_on.year}-001")
    assert application.status == ApplicationStatus.ADMITTED
    assert VerifiableDocument.objects.filter(kind="membership-certificate").count() == 1

    meeting = MeetingFactory()
    (liaison,) = contacts(application.institution, PersonRole.LIAISON)
    colleagues = [add_person(application.institution, name=f"老师{n}", email=f"t{n}@x.edu.cn", role=PersonRole.DELEGATE, actor=liaison.user) for n in range(4)]
    for person in colleagues[:3]:
        register(meeting, application.institution, person, actor=liaison.user)
    with pytest.raises(UnitFull):
        register(meeting, application.institution, colleagues[3], actor=liaison.user)

    assert [action for action, _who in timeline(application)] == [
        "application.scan_uploaded",
        "application.submitted",
        "application.returned",
        "application.scan_uploaded",
        "application.submitted",
        "application.screened",
        "ballot.drafted",
        "application.balloted",
        "ballot.opened",
        "ballot.closed",
        "application.approved",
        "invoice.issued",
        "payment.allocated",
        "invoice.settled",
        "membership.activated",
        "application.admitted",
    ]
    assert {message.template for message in outbox_for(application)} == {
        "members/mail/application_submitted",
        "members/mail/application_returned",
        "members/mail/application_approved",
        "fees/mail/invoice_issued",
        "fees/mail/invoice_settled",
        "members/mail/welcome",
    }
    assert [len(message.attachments.all()) for message in outbox_for(meeting)] == [1, 1, 1]
    assert applicant.applications.count() == 1


@pytest.mark.django_db
def test_time_is_beijing_time():
    with time_machine.travel(moment("2026-01-01 00:30"), tick=False):
        from alliance.common.clock import today

        assert today() == dt.date(2026, 1, 1)
