"""Before it votes the council reads whether the unit was a member before, how that ended, and what became of earlier applications."""

import datetime as dt

import pytest
from django.urls import reverse

from members.enums import ApplicationStatus, EndedHow
from members.models import Answer
from members.services.memberships import end_membership
from tests.council.support import opened
from tests.factories.members import ApplicationFactory, InstitutionFactory, MembershipFactory, QuestionFactory
from tests.support import client_for

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2025, 3, 4, 4, tzinfo=dt.UTC)
HEADING = "该单位此前与联盟的关系"


def dossier_of(application, secretary):
    """The page as one of the council sees it."""
    ballot = opened(secretary, applications=[application], motions=0)
    return client_for(ballot.electors.first().person.user).get(reverse("council:dossier", args=[ballot.pk, ballot.motions.get().pk])).text


def test_the_council_sees_earlier_memberships_and_applications_of_the_unit(secretary):
    unit = InstitutionFactory()
    former = MembershipFactory(institution=unit, number="2019-007", joined_on=dt.date(2019, 5, 6))
    end_membership(former, actor=secretary, how=EndedHow.REMOVED, reason="连续两年未缴会费", on=dt.date(2024, 12, 31))
    ApplicationFactory(institution=unit, reference="RM2025-0001", status=ApplicationStatus.DECLINED, submitted_at=NOON, decision_reason="材料不全")
    application = ApplicationFactory(institution=unit, status=ApplicationStatus.SCREENED, submitted_at=NOON)

    page = dossier_of(application, secretary)

    assert HEADING in page
    assert "成员编号 2019-007，2019年5月6日起：已终止 · 2024年12月31日 · 除名 · 连续两年未缴会费" in page
    assert "RM2025-0001，2025年3月4日提交：未通过 · 材料不全" in page


def test_other_units_and_drafts_that_were_dropped_are_no_history(secretary):
    unit = InstitutionFactory()
    MembershipFactory(number="2018-001")
    ApplicationFactory(reference="RM2025-0002", status=ApplicationStatus.DECLINED, submitted_at=NOON)
    ApplicationFactory(institution=unit, reference="RM2025-0003", status=ApplicationStatus.WITHDRAWN)
    application = ApplicationFactory(institution=unit, status=ApplicationStatus.SCREENED, submitted_at=NOON)

    page = dossier_of(application, secretary)

    assert [word for word in (HEADING, "2018-001", "RM2025-0002", "RM2025-0003") if word in page] == []


def test_the_council_reads_the_answers_to_further_questions_and_no_bank_account(secretary):
    application = ApplicationFactory(
        status=ApplicationStatus.SCREENED, submitted_at=NOON, invoice_tax_number="12100000400006822X", invoice_bank_account="工商银行 0200003409"
    )
    Answer.objects.create(application=application, question=QuestionFactory(text="有几名专职人员？"), value="七名专职")

    page = dossier_of(application, secretary)

    assert [word for word in ("有几名专职人员？", "七名专职", "12100000400006822X", "0200003409") if word in page] == ["有几名专职人员？", "七名专职"]


def test_without_further_questions_no_bank_account_either(secretary):
    application = ApplicationFactory(status=ApplicationStatus.SCREENED, submitted_at=NOON, invoice_bank_account="工商银行 0200003409")

    page = dossier_of(application, secretary)

    assert ("0200003409" in page, str(application.department) in page) == (False, True)
