"""The admin's frame: title, menu, styles. Labels are translated, entries shown by permission."""

from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy


def _item(title: Any, icon: str, url_name: str, permission: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse_lazy(url_name), "permission": lambda request: request.user.has_perm(permission)}


# Texts of packages that their own catalogues leave in English; ours translates them.
PACKAGE_TEXTS = [
    _("Search apps and models..."),
    _("Filters"),
    _("Type to search"),
    _("Select value"),
    _("Select action"),
    _("Close"),
    _("Sign-In Code"),
    _("Code"),
    _("Email address"),
    _("Incorrect code."),
    _("Null characters are not allowed."),
    _("Ensure this value is less than or equal to %(limit_value)s."),
    _("Ensure this value is greater than or equal to %(limit_value)s."),
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    ),
]

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("Alliance administration"),
    "SITE_HEADER": _("Alliance administration"),
    "SITE_SUBHEADER": _("Secretariat and finance"),
    "SITE_URL": "/",
    "SITE_ICON": lambda request: static("img/mark.svg"),
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("img/favicon.svg")}],
    "ENVIRONMENT": lambda request: [_("Sample system"), "warning"] if settings.SAMPLE_MODE else None,
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "THEME": "light",
    "COLORS": {},
    "BORDER_RADIUS": "",
    "STYLES": [
        lambda request: static("css/tokens.css"),
        lambda request: static("css/forms.css"),
        lambda request: static("css/components.css"),
        lambda request: static("css/notices.css"),
        lambda request: static("css/admin.css"),
    ],
    "SCRIPTS": [
        lambda request: static("js/menu.js"),
        lambda request: static("js/frames.js"),
        lambda request: static("js/poll.js"),
        lambda request: static("js/viewer.js"),
        lambda request: static("js/work.js"),
    ],
    "SIDEBAR": {
        "show_search": True,
        "command_search": True,
        "show_all_applications": False,
        "navigation": [
            {"items": [_item(_("Today"), "home", "admin:index", "common.enter_admin")]},
            {
                "title": _("Joining"),
                "separator": True,
                "items": [
                    _item(_("Applications"), "assignment", "admin:members_application_changelist", "members.view_application"),
                    _item(_("Recruitment rounds"), "campaign", "admin:members_recruitmentround_changelist", "members.view_recruitmentround"),
                    _item(_("Questions of the form"), "quiz", "admin:members_question_changelist", "members.view_question"),
                    _item(_("Wordings of consents"), "handshake", "admin:members_consenttext_changelist", "members.view_consenttext"),
                    _item(_("Checklist"), "checklist", "admin:members_checklistitem_changelist", "members.view_checklistitem"),
                    _item(_("Reason templates"), "sticky_note_2", "admin:members_reasontemplate_changelist", "members.view_reasontemplate"),
                    _item(_("Ballots"), "how_to_vote", "admin:council_ballot_changelist", "council.view_ballot"),
                    _item(_("Seats"), "chair", "admin:council_seat_changelist", "council.view_seat"),
                    _item(_("Bodies"), "groups", "admin:council_body_changelist", "council.view_body"),
                    _item(_("Rules of procedure"), "gavel", "admin:council_procedure_changelist", "council.view_procedure"),
                ],
            },
            {
                "title": _("Members"),
                "separator": True,
                "items": [
                    _item(_("Memberships"), "card_membership", "admin:members_membership_changelist", "members.view_membership"),
                    _item(_("Institutions"), "account_balance", "admin:members_institution_changelist", "members.view_institution"),
                    _item(_("People"), "group", "admin:members_person_changelist", "members.view_person"),
                    _item(_("Tiers"), "stacks", "admin:members_tier_changelist", "members.view_tier"),
                    _item(_("Register on a day"), "calendar_month", "admin:members_register", "members.view_membership"),
                    _item(_("Data checks"), "fact_check", "admin:members_datacheck_changelist", "members.view_datacheck"),
                    _item(_("Departures"), "logout", "admin:members_departure_changelist", "members.view_departure"),
                    _item(_("Import and export"), "swap_vert", "admin:sheets", "members.import_sheets"),
                ],
            },
            {
                "title": _("Fees"),
                "separator": True,
                "items": [
                    _item(_("Finance"), "monitoring", "admin:fees_invoice_finance", "fees.read_reports"),
                    _item(_("Payment notices"), "receipt_long", "admin:fees_invoice_changelist", "fees.view_invoice"),
                    _item(_("Payments"), "payments", "admin:fees_payment_changelist", "fees.view_payment"),
                    _item(_("Bank statements"), "account_balance_wallet", "admin:fees_bankstatement_changelist", "fees.view_bankstatement"),
                    _item(_("Habits of payers"), "psychology", "admin:fees_learnt_changelist", "fees.view_learnt"),
                    _item(_("Layouts of statements"), "view_column", "admin:fees_statementlayout_changelist", "fees.view_statementlayout"),
                    _item(_("Fapiao requests"), "request_quote", "admin:fees_fapiaorequest_changelist", "fees.view_fapiaorequest"),
                    _item(_("Fapiaos"), "receipt_long", "admin:fees_fapiao_changelist", "fees.view_fapiao"),
                    _item(_("Descriptions on fapiaos"), "label", "admin:fees_fapiaosetting_changelist", "fees.view_fapiaosetting"),
                    _item(_("Dues runs"), "playlist_add_check", "admin:fees_duesrun_changelist", "fees.view_duesrun"),
                    _item(_("Transfers to confirm"), "receipt", "admin:fees_voucher_changelist", "fees.view_voucher"),
                    _item(_("Reductions"), "percent", "admin:fees_adjustment_changelist", "fees.view_adjustment"),
                    _item(_("Credit notes"), "remove_circle", "admin:fees_creditnote_changelist", "fees.view_creditnote"),
                    _item(_("Credit notes to approve"), "rule", "admin:fees_creditproposal_changelist", "fees.view_creditproposal"),
                    _item(_("Refunds"), "undo", "admin:fees_refund_changelist", "fees.view_refund"),
                    _item(_("Reports"), "analytics", "admin:fees_invoice_reports", "fees.read_reports"),
                    _item(_("Reminders of dues"), "campaign", "admin:fees_invoice_dunning", "fees.read_reports"),
                    _item(_("Pauses of reminders"), "notifications_paused", "admin:fees_dunningpause_changelist", "fees.view_dunningpause"),
                    _item(_("Closed periods"), "lock_clock", "admin:fees_closedperiod_changelist", "fees.view_closedperiod"),
                    _item(_("Chart of accounts"), "account_tree", "admin:fees_ledgeraccount_changelist", "fees.view_ledgeraccount"),
                    _item(_("Fee schedules"), "price_change", "admin:fees_feeschedule_changelist", "fees.view_feeschedule"),
                ],
            },
            {
                "title": _("Meetings"),
                "separator": True,
                "items": [
                    _item(_("Meetings"), "event", "admin:meetings_meeting_changelist", "meetings.view_meeting"),
                    _item(_("Registrations"), "how_to_reg", "admin:meetings_registration_changelist", "meetings.view_registration"),
                    _item(_("Planner of the year"), "calendar_month", "admin:meetings_meeting_planner", "meetings.view_meeting"),
                    _item(_("Use of the free meetings"), "confirmation_number", "admin:meetings_allowancerule_use", "meetings.view_registration"),
                    _item(_("Meeting templates"), "content_copy", "admin:meetings_meetingtemplate_changelist", "meetings.view_meetingtemplate"),
                    _item(_("Requests for places"), "contact_mail", "admin:meetings_placerequest_changelist", "meetings.view_placerequest"),
                    _item(_("Nominations"), "stars", "admin:meetings_nomination_changelist", "meetings.view_nomination"),
                    _item(_("Check-in"), "qr_code_scanner", "checkin:doors", "meetings.check_in"),
                    _item(_("Check-ins"), "login", "admin:meetings_checkin_changelist", "meetings.view_checkin"),
                    _item(_("Projects"), "rocket_launch", "admin:meetings_project_changelist", "meetings.view_project"),
                    _item(_("Project reports"), "trending_up", "admin:meetings_projectreport_changelist", "meetings.view_projectreport"),
                    _item(_("Materials"), "attach_file", "admin:meetings_material_changelist", "meetings.view_material"),
                    _item(_("Minutes"), "description", "admin:meetings_minutes_changelist", "meetings.view_minutes"),
                    _item(_("Feedback questions"), "rate_review", "admin:meetings_feedbackquestion_changelist", "meetings.view_feedbackquestion"),
                    _item(_("Free allowances"), "confirmation_number", "admin:meetings_allowancerule_changelist", "meetings.view_allowancerule"),
                ],
            },
            {
                "title": _("Messages"),
                "separator": True,
                "items": [
                    _item(_("Official notices"), "campaign", "admin:notices_notice_changelist", "notices.view_notice"),
                    _item(_("Mailings"), "forward_to_inbox", "admin:notices_release_changelist", "notices.view_release"),
                    _item(_("Audiences"), "groups", "admin:notices_audience_changelist", "notices.view_audience"),
                    _item(_("Consultations"), "forum", "admin:notices_consultation_changelist", "notices.view_consultation"),
                    _item(_("Issuing bodies"), "account_balance", "admin:notices_issuingoffice_changelist", "notices.view_issuingoffice"),
                    _item(_("Outgoing mail"), "outgoing_mail", "admin:common_outboxmessage_changelist", "common.view_outboxmessage"),
                    _item(_("Mailbox of the trial"), "inbox", "admin:mailbox", "common.read_mailbox"),
                    _item(_("Texts of mails"), "edit_note", "admin:mailtexts", "common.view_mailtextversion"),
                    _item(_("Returned mail"), "assignment_return", "admin:common_bounce_changelist", "common.view_bounce"),
                    _item(_("Settings of mail"), "tune", "admin:common_mailsettings_changelist", "common.view_mailsettings"),
                    _item(_("Rates of domains"), "speed", "admin:common_domainrate_changelist", "common.view_domainrate"),
                    _item(_("Group robots"), "smart_toy", "admin:common_robot_changelist", "common.view_robot"),
                    _item(_("Posts of robots"), "forum", "admin:common_robotpost_changelist", "common.view_robotpost"),
                    _item(_("Reminder rules"), "notifications", "admin:notices_reminderrule_changelist", "notices.view_reminderrule"),
                    _item(_("Calendar of reminders"), "calendar_month", "admin:notices_reminderrule_calendar", "notices.view_reminderrule"),
                ],
            },
            {
                "title": _("System"),
                "separator": True,
                "items": [
                    _item(_("Organisation"), "settings", "admin:common_organisation_changelist", "common.view_organisation"),
                    _item(_("Users and roles"), "manage_accounts", "admin:members_user_changelist", "members.view_user"),
                    _item(_("Special days"), "event_busy", "admin:common_calendarday_changelist", "common.view_calendarday"),
                    _item(_("Scheduled tasks"), "schedule", "admin:common_scheduleentry_changelist", "common.view_scheduleentry"),
                    _item(_("Runs of tasks"), "history_toggle_off", "admin:common_taskrun_changelist", "common.view_taskrun"),
                    _item(_("Background jobs"), "autorenew", "admin:common_job_changelist", "common.view_job"),
                    _item(_("Audit log"), "history", "admin:common_logentry_changelist", "common.view_logentry"),
                    _item(_("Verifiable documents"), "verified", "admin:common_verifiabledocument_changelist", "common.view_verifiabledocument"),
                    _item(_("Files"), "folder", "admin:common_storedfile_changelist", "common.view_storedfile"),
                ],
            },
        ],
    },
}
