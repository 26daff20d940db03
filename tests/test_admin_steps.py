"""Which steps of the admin finance and the secretariat may open: every step of every registered model stands in this table."""

import re

import pytest
from django.contrib import admin
from django.http import HttpResponse
from django.urls import reverse
from django.views import View

from alliance.common.admin import workflow
from tests.support import client_for

KEYS = {"int": "1", "str": "1", "path": "1", "uuid": "00000000-0000-0000-0000-000000000000"}

# Name: what finance and the secretariat get. 403 for finance: the secretariat's steps; 403 for the secretariat: money goes back, books close.
STEPS = {
    "common_outboxmessage_confirm": (200, 200),
    "common_outboxmessage_resend": (200, 200),
    "council_ballot_preview": (200, 200),
    "council_ballot_verify": (200, 200),
    "council_procedure_whatif": (200, 200),
    "fees_adjustment_approve": (200, 200),
    "fees_adjustment_new": (200, 200),
    "fees_adjustment_refuse": (200, 200),
    "fees_allocation_release": (200, 200),
    "fees_bankstatement_columns": (200, 200),
    "fees_bankstatement_import": (200, 200),
    "fees_bankstatement_paper": (200, 200),
    "fees_bankstatement_preview": (200, 200),
    "fees_bankstatement_work": (200, 200),
    "fees_creditproposal_approve": (200, 200),
    "fees_creditproposal_refuse": (200, 200),
    "fees_duesrun_new": (200, 200),
    "fees_duesrun_preview": (200, 200),
    "fees_duesrun_start": (200, 200),
    "fees_duesrun_void": (200, 200),
    "fees_dunningpause_new": (200, 200),
    "fees_fapiao_assign": (200, 200),
    "fees_fapiao_import": (200, 200),
    "fees_fapiao_link": (200, 200),
    "fees_fapiaorequest_cancel": (200, 200),
    "fees_fapiaorequest_export": (200, 200),
    "fees_invoice_dispute": (200, 200),
    "fees_invoice_dunning": (200, 200),
    "fees_invoice_explain": (200, 200),
    "fees_invoice_finance": (200, 200),
    "fees_invoice_papers": (200, 200),
    "fees_invoice_payment": (200, 200),
    "fees_invoice_reports": (200, 200),
    "fees_invoice_resend": (200, 200),
    "fees_invoice_void": (200, 200),
    "fees_invoice_years": (200, 200),
    "fees_learnt_forget": (200, 200),
    "fees_payment_allocate": (200, 200),
    "fees_payment_credit": (200, 200),
    "fees_payment_refund": (200, 200),
    "fees_payment_several": (200, 200),
    "fees_refund_approve": (200, 200),
    "fees_refund_refuse": (200, 200),
    "fees_payment_record": (200, 200),
    "fees_statementlayout_forget": (200, 200),
    "fees_voucher_confirm": (200, 200),
    "fees_voucher_dismiss": (200, 200),
    "meetings_allowancerule_use": (200, 200),
    "meetings_meeting_answers": (200, 200),
    "meetings_meeting_attendance": (200, 200),
    "meetings_meeting_feedback": (200, 200),
    "meetings_meeting_numbers": (200, 200),
    "meetings_meeting_planner": (200, 200),
    "meetings_meeting_print": (200, 200),
    "meetings_meeting_report": (200, 200),
    "members_application_page": (200, 200),
    "members_datacheck_export": (200, 200),
    "members_register": (200, 200),
    "notices_consultation_docx": (200, 200),
    "notices_consultation_pdf": (200, 200),
    "notices_notice_layout": (200, 200),
    "notices_notice_word": (200, 200),
    "notices_reminderrule_calendar": (200, 200),
    "common_organisation_charter": (403, 200),
    "common_organisation_logo": (403, 200),
    "common_robot_try": (403, 200),
    "common_robotpost_again": (403, 200),
    "common_scheduleentry_run": (403, 200),
    "common_taskrun_dismiss": (403, 200),
    "common_taskrun_retry": (403, 200),
    "common_verifiabledocument_revoke": (403, 200),
    "council_ballot_cancel": (403, 200),
    "council_ballot_close": (403, 200),
    "council_ballot_discuss": (403, 200),
    "council_ballot_edit": (403, 200),
    "council_ballot_extend": (403, 200),
    "council_ballot_letters": (403, 200),
    "council_ballot_meeting": (403, 200),
    "council_ballot_motion": (403, 200),
    "council_ballot_new": (403, 200),
    "council_ballot_open": (403, 200),
    "council_ballot_proxy": (403, 200),
    "council_ballot_unproxy": (403, 200),
    "council_procedure_withdraw": (403, 200),
    "council_ballot_round": (403, 200),
    "council_ballot_schedule": (403, 200),
    "council_seat_replace": (403, 200),
    "fees_invoice_remove": (403, 200),
    "fees_invoice_suspend": (403, 200),
    "meetings_material_withdraw": (403, 200),
    "meetings_meeting_cancel": (403, 200),
    "meetings_meeting_close": (403, 200),
    "meetings_meeting_copy": (403, 200),
    "meetings_meeting_letter": (403, 200),
    "meetings_meeting_material": (403, 200),
    "meetings_meeting_move": (403, 200),
    "meetings_meeting_nominations": (403, 200),
    "meetings_meeting_plan": (403, 200),
    "meetings_meeting_publish": (403, 200),
    "meetings_meeting_register": (403, 200),
    "meetings_meeting_repeat": (403, 200),
    "meetings_minutes_publish": (403, 200),
    "meetings_project_report": (403, 200),
    "meetings_registration_cancel": (403, 200),
    "meetings_registration_prolong": (403, 200),
    "members_application_assign": (403, 200),
    "members_application_checklist": (403, 200),
    "members_application_decline": (403, 200),
    "members_application_hold": (403, 200),
    "members_application_link": (403, 200),
    "members_application_message": (403, 200),
    "members_application_note": (403, 200),
    "members_application_pass": (403, 200),
    "members_application_resume": (403, 200),
    "members_application_return": (403, 200),
    "members_consenttext_publish": (403, 200),
    "members_datacheck_close": (403, 200),
    "members_datacheck_open": (403, 200),
    "members_datacheck_remind": (403, 200),
    "members_departure_approve": (403, 200),
    "members_departure_decline": (403, 200),
    "members_departure_pass": (403, 200),
    "members_institution_import": (403, 200),
    "members_institution_import_confirm": (403, 200),
    "members_institution_invite": (403, 200),
    "members_institution_merge": (403, 200),
    "members_institution_name": (403, 200),
    "members_institution_new": (403, 200),
    "members_institution_rename": (403, 200),
    "members_institution_unname": (403, 200),
    "members_membership_depart": (403, 200),
    "members_membership_end": (403, 200),
    "members_membership_reinstate": (403, 200),
    "members_membership_suspend": (403, 200),
    "members_membership_tier": (403, 200),
    "members_person_alive": (403, 200),
    "members_person_endrole": (403, 200),
    "members_person_erase": (403, 200),
    "members_person_export": (403, 200),
    "members_person_merge": (403, 200),
    "members_person_move": (403, 200),
    "members_person_signin": (403, 200),
    "members_question_revise": (403, 200),
    "members_user_revoke": (403, 200),
    "members_user_staff": (403, 200),
    "notices_audience_edit": (403, 200),
    "notices_audience_new": (403, 200),
    "notices_comment_answer": (403, 200),
    "notices_consultation_close": (403, 200),
    "notices_consultation_edit": (403, 200),
    "notices_consultation_extend": (403, 200),
    "notices_consultation_new": (403, 200),
    "notices_consultation_open": (403, 200),
    "notices_consultation_publish": (403, 200),
    "notices_consultation_remind": (403, 200),
    "notices_consultation_remove": (403, 200),
    "notices_consultation_section": (403, 200),
    "notices_notice_attach": (403, 200),
    "notices_notice_attachment": (403, 200),
    "notices_notice_clean": (403, 200),
    "notices_notice_correct": (403, 200),
    "notices_notice_reuse": (403, 200),
    "notices_notice_detach": (403, 200),
    "notices_notice_edit": (403, 200),
    "notices_notice_issue": (403, 200),
    "notices_notice_new": (403, 200),
    "notices_notice_return": (403, 200),
    "notices_notice_send": (403, 200),
    "notices_notice_submit": (403, 200),
    "notices_notice_test": (403, 200),
    "notices_notice_withdraw": (403, 200),
    "notices_release_cancel": (403, 200),
    "notices_release_pause": (403, 200),
    "notices_release_remind": (403, 200),
    "notices_release_resume": (403, 200),
    "fees_closedperiod_new": (200, 403),
    "fees_closedperiod_reopen": (200, 403),
    "fees_invoice_creditnote": (200, 403),
    "fees_payment_reverse": (200, 403),
    "fees_refund_pay": (200, 403),
}


def steps():
    """The name of each address that a model's admin has besides Django's own five, with an address."""
    found = {}
    for model, model_admin in admin.site._registry.items():
        base = f"{model._meta.app_label}_{model._meta.model_name}"
        own = {f"{base}_{name}" for name in ("changelist", "add", "history", "delete", "change")}
        for pattern in model_admin.get_urls():
            if getattr(pattern, "name", None) and pattern.name not in own:
                route = re.sub(r"<(?:(\w+):)?\w+>", lambda key: KEYS[key.group(1) or "str"], str(pattern.pattern))
                found[pattern.name] = reverse(f"admin:{base}_changelist") + route
    return found


@pytest.fixture
def doors(monkeypatch):
    """Only the doors: whoever passes one gets 200, whatever records there are."""
    monkeypatch.setattr(View, "dispatch", lambda self, request, *args, **kwargs: HttpResponse())
    monkeypatch.setattr(workflow, "get_object_or_404", lambda model, pk: model(pk=None))


def test_every_step_stands_in_the_table():
    assert set(steps()) == set(STEPS)


@pytest.mark.django_db
@pytest.mark.parametrize(("position", "role"), [(0, "finance_officer"), (1, "secretary")])
def test_each_step_opens_to_whom_the_table_says(doors, request, position, role):
    client = client_for(request.getfixturevalue(role))

    answers = {name: client.get(address).status_code for name, address in steps().items()}

    assert answers == {name: codes[position] for name, codes in STEPS.items()}
