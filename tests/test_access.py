"""Who may open what: every address of the system stands in one of these tables."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from alliance.common.clock import now
from alliance.common.files import IMAGES, PDF, store
from alliance.common.models import Organisation
from council.services.closing import close_ballot
from council.services.drafting import add_motion, open_discussion
from council.services.feeds import renew_deadlines
from council.services.opening import open_ballot
from fees.services.billing import issue_joining_invoice
from fees.services.credits import credit_invoice
from meetings.services.certificates import issue_certificate as issue_attendance
from members.models import ApplicationEditor
from members.services.applying import attach_scan, submit_application
from members.services.invitations import invite_liaison, token_of
from members.services.joining import activate_membership
from notices.mails import choice_of
from notices.models import Recipient
from notices.services.consulting import add_section, close_consultation, draft_consultation, open_consultation, publish_summary
from notices.services.drafting import attach, draft_notice
from notices.services.issuing import issue_notice, submit_notice
from notices.services.releasing import announce_notices
from tests.factories.common import OutboxMessageFactory, pdf, png
from tests.factories.council import BallotFactory, BodyFactory, MotionFactory, ProcedureFactory, SeatFactory
from tests.factories.fees import PaymentFactory, ScheduleFactory
from tests.factories.meetings import (
    AllowanceRuleFactory,
    FeedbackQuestionFactory,
    FeedFactory,
    MaterialFactory,
    MeetingFactory,
    NominationFactory,
    OfferFactory,
    PlaceRequestFactory,
    RegistrationFactory,
    ReportFactory,
    UnitLinkFactory,
)
from tests.factories.members import ApplicationFactory, InstitutionFactory, MembershipFactory
from tests.support import client_for

ROLES = ["anonymous", "stranger", "applicant", "liaison", "councillor", "finance", "secretary"]
APPLY = ("tasks", "sealed_form", "scan", "scan_remove", "check", "submitted", "withdraw", "questions", "colleagues", "messages", "delete", "reading")
ALL = dict.fromkeys(ROLES, 200)
IN = 302  # to the sign-in page, or on to a page of one's own


def only(*roles, others=403, **special):
    """200 for these roles, the sign-in page for the anonymous, `others` for the rest."""
    table = dict.fromkeys(ROLES, others) | dict.fromkeys(roles, 200)
    return {"anonymous": IN} | {k: v for k, v in table.items() if k != "anonymous"} | special


# The address's name: what each role gets by GET. `world` gives the arguments.
PAGES = {
    "home:index": ALL,
    "home:benefits": ALL,
    "home:account_email": only(*ROLES[1:]),
    "home:logo": ALL,
    "home:charter": ALL,
    "home:robots": ALL,
    "home:health": ALL,
    "home:ready": ALL,
    "home:set_language": dict.fromkeys(ROLES, 405),
    "home:landing": dict.fromkeys(ROLES, IN),
    "verify:start": ALL,
    "verify:document": ALL,
    "members:register": ALL,
    "members:certificate": only("finance", "secretary"),
    "meetings:list": ALL,
    "meetings:meeting": ALL,
    "meetings:calendar": ALL,
    "meetings:material": ALL,
    "meetings:report": ALL,
    "projects:list": ALL,
    "projects:project": ALL,
    "projects:report": ALL,
    "calendars:feed": ALL,
    "tickets:ticket": ALL,
    "tickets:accept": dict.fromkeys(ROLES, IN),
    "tickets:give_up": ALL,
    "tickets:details": ALL,
    "meetings:join": ALL,
    "meetings:asked": ALL,
    "meetings:confirm_request": ALL,
    "meetings:ask": ALL,
    "tickets:pdf": ALL,
    "tickets:invitation": ALL,
    "tickets:certificate": ALL,
    "tickets:entry": ALL,
    "tickets:calendar": dict.fromkeys(ROLES, 405),
    "tickets:feedback": ALL,
    "tickets:material": ALL,
    "tickets:report": ALL,
    "checkin:doors": only("finance", "secretary"),
    "checkin:door": only("finance", "secretary"),
    "checkin:counter": only("finance", "secretary"),
    "checkin:walk_in": only("finance", "secretary"),
    "checkin:list": only("finance", "secretary"),
    "checkin:sync": only("finance", "secretary", finance=405, secretary=405),
    "checkin:undo": only("finance", "secretary", finance=405, secretary=405),
    "checkin:worker": ALL,
    # Who is no staff is led to the ticket.
    "checkin:ticket": only("finance", "secretary", others=IN),
    "apply:start": ALL,
    "apply:tasks": only("applicant", others=404),
    "apply:part": only("applicant", others=404),
    "apply:sealed_form": only("applicant", others=404),
    "apply:scan": only("applicant", others=404),
    "apply:scan_remove": only("applicant", others=404, applicant=405),
    "apply:check": only("applicant", others=404),
    "apply:submitted": only("applicant", others=404),
    "apply:withdraw": only("applicant", others=404),
    "apply:questions": only("applicant", others=404),
    "apply:colleagues": only("applicant", others=404),
    "apply:messages": only("applicant", others=404),
    "apply:delete": only("applicant", others=404),
    "apply:readmission": ALL,
    "apply:paper": only("applicant", others=404),
    "apply:reading": only("applicant", others=404),
    "portal:overview": only("liaison", finance=IN, secretary=IN),  # staff are led to the admin
    "portal:unit": only("liaison"),
    "portal:people": only("liaison"),
    "portal:end_role": only("liaison", liaison=405),
    "portal:certificate": only("liaison"),
    "portal:liaisons": only("liaison"),
    "portal:data_check": only("liaison"),
    "portal:leave": only("liaison"),
    "portal:invitation": only(*ROLES[1:]),
    "notices:list": ALL,
    "notices:notice": only("liaison", "finance", "secretary", others=404, anonymous=404),
    "notices:pdf": only("liaison", "finance", "secretary", others=404, anonymous=404),
    "notices:docx": only("liaison", "finance", "secretary", others=404, anonymous=404),
    "notices:attachment": only("liaison", "finance", "secretary", others=404, anonymous=404),
    "notices:personal": ALL,
    "notices:personal_pdf": ALL,
    "notices:personal_docx": ALL,
    "notices:personal_attachment": ALL,
    "notices:choice": ALL,
    "consultations:list": only("liaison"),
    "consultations:consultation": only("liaison"),
    "consultations:remove_file": only("liaison", liaison=405),
    "consultations:summary": only("liaison"),
    "notices:old": only(others=404, liaison=IN, finance=IN, secretary=IN, anonymous=404),
    "fees:dues": only("liaison"),
    "fees:fapiaos": only("liaison"),
    "fees:request_fapiao": only("liaison"),
    "fees:invoicing_data": only("liaison"),
    "fees:report_transfer": only("liaison"),
    "fees:invoice_pdf": only("finance", "secretary", others=404),
    "fees:account": only("liaison"),
    "fees:account_pdf": only("finance", "secretary", others=404),
    "fees:credit_pdf": only("finance", "secretary", others=404),
    "fees:receipt_pdf": dict.fromkeys(ROLES, 404) | {"anonymous": IN},
    "unit_meetings:list": only("liaison"),
    "unit_meetings:register": only("liaison"),
    "unit_meetings:calendar": only("liaison"),
    "unit_meetings:report": only("liaison"),
    "unit_meetings:cancel": only("liaison"),
    "unit_meetings:substitute": only("liaison"),
    "unit_meetings:details": only("liaison"),
    "unit_meetings:accept": only("liaison", liaison=405),
    "unit_meetings:certificates": only("liaison", liaison=404),
    "unit_meetings:link": only("liaison", liaison=405),
    "unit_meetings:request": only("liaison", liaison=404),
    "unit_meetings:nominate": only("liaison"),
    "unit_meetings:withdraw_nomination": only("liaison", liaison=405),
    "council:index": only("councillor"),
    "council:votes": only("councillor"),
    "council:ballot": only("councillor", others=404),
    "council:receipt": only("councillor", others=404),
    "council:dossier": only("councillor", others=404),
    "council:recuse": only("councillor", others=404),
    "council:minutes": only("councillor", "finance", "secretary"),
    "council:attendance": only("councillor", "finance", "secretary"),
    "council:minutes_docx": only("councillor", "finance", "secretary"),
    "council:calendar_address": only("councillor"),
    "council:calendar": ALL,
    "council:proxy": only("councillor", others=404),
    "council:discussion": only("councillor", "finance", "secretary"),
    "council:urn": only("councillor", others=404),
    "mail:events": dict.fromkeys(ROLES, 404),
    "common:file": only("applicant", "finance", "secretary", "councillor", others=404),
}
# django-allauth's own pages: its tests hold them; ours hold how we use them (test_signin.py).
PACKAGES = ("account_", "mfa_", "usersessions_", "reauthenticate", "allauth")


@pytest.fixture
def world(applicant, liaison, councillor, secretary, finance_officer, stranger):
    """One of everything, and the people."""
    Organisation.load()
    ScheduleFactory()
    AllowanceRuleFactory()
    ProcedureFactory(proxies_allowed=True)
    draft = ApplicationFactory(applicant=applicant)
    ApplicationEditor.objects.create(application=draft, user=applicant)
    sent = ApplicationFactory(applicant=applicant)
    ApplicationEditor.objects.create(application=sent, user=applicant)
    attach_scan(sent, [SimpleUploadedFile("a.pdf", pdf())], actor=applicant)
    submit_application(sent, actor=applicant)
    sent.status = "screened"
    sent.save()
    ballot = MotionFactory(application=sent).ballot
    open_ballot(ballot, actor=secretary)
    notice = draft_notice(actor=finance_officer, title="通知", text="一、内容", dated_on=dt.date(2026, 3, 2))
    attach(notice, actor=finance_officer, title="回执", upload=SimpleUploadedFile("a.pdf", pdf()))
    issue_notice(submit_notice(notice, actor=finance_officer), actor=secretary)
    announce_notices()
    recipient = Recipient.objects.get(release__notice=notice, person=liaison.person)
    consultation = draft_consultation(actor=secretary, title="草案", closes_at=now() + dt.timedelta(days=9))
    add_section(consultation, actor=secretary, title="一", text="一、甲")
    open_consultation(consultation, actor=secretary)
    answered = draft_consultation(actor=secretary, title="已答复", closes_at=now() + dt.timedelta(days=9))
    add_section(answered, actor=secretary, title="一", text="一、甲")
    publish_summary(close_consultation(open_consultation(answered, actor=secretary), actor=secretary), actor=secretary, conclusion="一、照办")
    discussed = MotionFactory().ballot
    open_discussion(discussed, actor=secretary)
    closed = MotionFactory().ballot
    open_ballot(closed, actor=secretary)
    close_ballot(closed, actor=secretary)
    persons = BodyFactory(code="persons", name="人事")
    ProcedureFactory(body=persons, secret=True, changeable=False)
    SeatFactory(body=persons, person=councillor.person)
    secret = BallotFactory(body=persons)
    add_motion(secret, title="人选")
    close_ballot(open_ballot(secret, actor=secretary), actor=secretary)
    pending = MembershipFactory(pending=True)
    approved = ApplicationFactory(applicant=applicant, status="approved")
    ApplicationEditor.objects.create(application=approved, user=applicant)
    issue_joining_invoice(MembershipFactory(pending=True, application=approved, institution=approved.institution), source="sample", on=dt.date(2026, 3, 5))
    invoice = issue_joining_invoice(pending, source="sample", on=dt.date(2026, 3, 5))
    note = credit_invoice(invoice, amount=Decimal(1), reason="x", actor=finance_officer, on=dt.date(2026, 3, 6))
    member = activate_membership(MembershipFactory(pending=True), source="sample", on=dt.date(2026, 3, 5))
    from alliance.common.models import VerifiableDocument

    document = VerifiableDocument.objects.get()
    meeting = MeetingFactory(public_from=dt.datetime(2021, 1, 1, tzinfo=dt.UTC))
    OfferFactory(meeting=meeting, name="公开报名", audience="public", draws_on_allowance=False, seats_per_unit=None, position=5)
    registration = RegistrationFactory(meeting=meeting)
    waiting = RegistrationFactory(status="waitlisted")
    link = UnitLinkFactory(meeting=meeting)
    by_link = PlaceRequestFactory(meeting=meeting, link=link, institution=link.institution, status="waiting")
    in_public = PlaceRequestFactory(meeting=meeting)
    nomination = NominationFactory()
    affiliation = liaison.person.affiliations.get()
    own_place = RegistrationFactory(meeting=meeting, institution=affiliation.institution)
    attended = RegistrationFactory(meeting=meeting)
    attended.status = "attended"
    attended.save()
    issue_attendance(attended, source="sample")
    material = MaterialFactory(meeting=meeting)
    report = ReportFactory(meeting=meeting, project__lead_institution=affiliation.institution)
    FeedbackQuestionFactory()
    motion = ballot.motions.get()
    arguments = {
        "verify:document": [document.code],
        "members:certificate": [member.pk],
        "meetings:meeting": [meeting.slug],
        "meetings:calendar": [meeting.slug],
        "tickets:ticket": [registration.ticket],
        "tickets:accept": [registration.ticket],
        "tickets:give_up": [waiting.ticket],
        "tickets:details": [registration.ticket],
        "meetings:join": [link.token],
        "meetings:asked": [by_link.token],
        "meetings:confirm_request": [in_public.token],
        "meetings:ask": [meeting.slug],
        "unit_meetings:details": [meeting.slug, own_place.pk],
        "unit_meetings:accept": [meeting.slug, own_place.pk],
        "unit_meetings:certificates": [meeting.slug],
        "unit_meetings:link": [meeting.slug],
        "unit_meetings:request": [meeting.slug, by_link.pk],
        "unit_meetings:nominate": [meeting.slug],
        "unit_meetings:withdraw_nomination": [nomination.offer.meeting.slug, nomination.pk],
        "meetings:material": [meeting.slug, material.pk],
        "meetings:report": [meeting.slug, report.pk],
        "projects:project": [report.project.pk],
        "projects:report": [report.project.pk, report.pk],
        "calendars:feed": [FeedFactory(institution=affiliation.institution).token],
        "tickets:certificate": [attended.ticket],
        "tickets:material": [registration.ticket, material.pk],
        "tickets:report": [registration.ticket, report.pk],
        "checkin:undo": [1],
        "checkin:ticket": [registration.ticket],
        "unit_meetings:report": [report.project.pk],
        "apply:part": [draft.reference, "department"],
        "apply:paper": [approved.reference, "payment-notice"],
        "portal:end_role": [affiliation.pk],
        "fees:invoice_pdf": [invoice.pk],
        "fees:receipt_pdf": [invoice.pk],
        "fees:account_pdf": [invoice.institution_id],
        "fees:credit_pdf": [note.pk],
        "unit_meetings:register": [meeting.slug],
        "unit_meetings:cancel": [meeting.slug, own_place.pk],
        "unit_meetings:substitute": [meeting.slug, own_place.pk],
        "council:ballot": [ballot.pk],
        "council:receipt": [ballot.pk],
        "council:dossier": [ballot.pk, motion.pk],
        "council:recuse": [ballot.pk, motion.pk],
        "council:minutes": [closed.pk],
        "council:minutes_docx": [closed.pk],
        "council:proxy": [ballot.pk],
        "notices:notice": [notice.year, notice.place],
        "notices:pdf": [notice.year, notice.place],
        "notices:docx": [notice.year, notice.place],
        "notices:attachment": [notice.year, notice.place, 1],
        "notices:personal": [recipient.token],
        "notices:personal_pdf": [recipient.token],
        "notices:personal_docx": [recipient.token],
        "notices:personal_attachment": [recipient.token, 1],
        "notices:choice": [choice_of(recipient.person).token],
        "consultations:consultation": [consultation.pk],
        "consultations:remove_file": [consultation.pk, "00000000-0000-0000-0000-000000000000"],
        "consultations:summary": [answered.pk, "pdf"],
        "notices:old": [notice.pk],
        "council:calendar": [renew_deadlines(councillor).token],
        "council:discussion": [discussed.pk],
        "council:urn": [secret.pk],
        "common:file": [sent.scan.pk],
    }
    arguments["mail:events"] = ["brevo"]
    arguments |= {f"tickets:{name}": [registration.ticket] for name in ("ticket", "pdf", "invitation", "entry", "calendar", "feedback")}
    arguments |= {f"checkin:{name}": [meeting.slug] for name in ("door", "counter", "walk_in", "list", "sync")}
    arguments |= {f"apply:{name}": [draft.reference] for name in APPLY}
    invitation = invite_liaison(affiliation.institution, email="next@example.edu.cn", name="下一位", hands_over=False, actor=liaison)
    arguments["portal:invitation"] = [token_of(invitation)]
    people = {
        "anonymous": None, "stranger": stranger, "applicant": applicant, "liaison": liaison, "councillor": councillor,
        "finance": finance_officer, "secretary": secretary,
    }  # fmt: skip
    # The liaison's own unit needs a certificate to look at.
    from members.services.joining import issue_certificate

    issue_certificate(affiliation.institution.memberships.get(), source="sample")
    PaymentFactory()
    InstitutionFactory()
    OutboxMessageFactory()
    BallotFactory()
    organisation = Organisation.load()
    organisation.logo = store(png(), name="logo.png", owner=organisation, purpose="logo", allowed=IMAGES)
    organisation.charter = store(pdf(), name="charter.pdf", owner=organisation, purpose="charter", allowed=PDF)
    organisation.save()
    store(pdf(), name="x.pdf", owner=Organisation.load(), purpose="x", allowed=PDF)
    return people, arguments


def names(resolver=None, namespace=""):
    """All named addresses, with their namespaces."""
    found = []
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            found += names(pattern, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            found.append(f"{namespace}{pattern.name}")
    return found


def test_every_address_stands_in_a_table():
    ours = {name for name in names() if not name.startswith((*PACKAGES, "admin:"))}

    assert ours == set(PAGES)


@pytest.mark.django_db
def test_each_role_gets_what_the_table_says(world):
    people, arguments = world
    wrong = []
    for role in ROLES:
        client = client_for(people[role])
        for name, table in PAGES.items():
            answer = client.get(reverse(name, args=arguments.get(name, []))).status_code
            if answer != table[role]:
                wrong.append(f"{role} {name}: {answer}, expected {table[role]}")

    assert wrong == []


def admin_addresses():
    """Every list, record and step of the admin that stands without knowing more than a primary key."""
    addresses = [
        "/admin/",
        "/admin/mailbox/",
        "/admin/mail-texts/",
        "/admin/notices/reminderrule/calendar/",
        "/admin/mail-texts/zh-hans/members/mail/welcome/",
        "/admin/members/institution/import/",
        "/admin/members/user/staff/",
        "/admin/council/ballot/new/",
        *(f"/admin/fees/invoice/{name}/" for name in ("finance", "dunning", "papers", "reports", "explain", "years")),
        "/admin/search/?s=x",
        "/admin/meetings/meeting/planner/",
        "/admin/meetings/meeting/plan/",
        "/admin/meetings/allowancerule/use/",
    ]
    for model, model_admin in admin.site._registry.items():
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        addresses += [reverse(f"{base}_changelist"), reverse(f"{base}_add")]
        first = model.objects.first()
        if first is not None:
            addresses.append(reverse(f"{base}_change", args=[first.pk]))
            addresses += [reverse(f"{base}_{button.name}", args=[first.pk]) for button in getattr(model_admin, "workflow", []) if button.url is None]
    return addresses


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["anonymous", "stranger", "applicant", "liaison", "councillor"])
def test_the_admin_is_closed_to_all_but_staff(world, role):
    people, _arguments = world
    client = client_for(people[role])

    answers = {client.get(address).status_code for address in admin_addresses()}

    assert answers == {302}


@pytest.mark.django_db
def test_finance_does_not_see_the_accounts(finance_officer):
    assert client_for(finance_officer).get(reverse("admin:members_user_changelist")).status_code == 403


def every_admin_address():
    """All addresses of the admin, steps and tools too, each with keys that need not exist: the door comes before the record."""
    keys = {"int": 1, "str": "1", "slug": "x", "path": "1", "uuid": "00000000-0000-0000-0000-000000000000"}
    addresses = set()

    def walk(patterns, prefix):
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, prefix + str(pattern.pattern))
            else:
                route = prefix + str(pattern.pattern)
                route = re.sub(r"<(?:(\w+):)?\w+>", lambda key: str(keys[key.group(1) or "str"]), route)
                addresses.add("/" + route)

    walk([pattern for pattern in get_resolver().url_patterns if str(pattern.pattern) == "admin/"], "")
    # The catch-all at the end, patterns with regular expressions, and the pages that are open to everybody by design.
    return sorted(a for a in addresses if "(" not in a and not a.endswith(("/login/", "/logout/", "/jsi18n/")))


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["anonymous", "stranger", "applicant", "liaison", "councillor"])
def test_every_address_of_the_admin_is_closed_to_all_but_staff(world, role):
    people, _arguments = world
    client = client_for(people[role])
    addresses = every_admin_address()

    answers = {address: {client.get(address).status_code, client.post(address).status_code} for address in addresses}

    assert {address: codes for address, codes in answers.items() if codes != {302}} == {}
    assert len(addresses) > 300


@pytest.mark.django_db
def test_no_page_of_the_admin_breaks(world):
    # As finance all of them are opened in tests/test_hostile.py.
    people, _arguments = world
    client = client_for(people["secretary"])

    answers = {address: client.get(address).status_code for address in admin_addresses()}

    assert {address: status for address, status in answers.items() if status not in {200, 302, 403}} == {}


@pytest.mark.django_db
def test_nothing_changes_without_the_token_of_the_form(world):
    from django.test import Client

    people, arguments = world
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["applicant"], backend="allauth.account.auth_backends.AuthenticationBackend")

    answers = {client.post(reverse(name, args=arguments[name])).status_code for name in ("apply:check", "apply:withdraw", "apply:scan_remove")}

    assert answers == {403}


@pytest.mark.django_db
@pytest.mark.parametrize(("rows", "queries"), [(1, 4), (30, 4)])
def test_the_public_register_asks_the_same_few_questions_however_long(rows, queries, client, django_assert_num_queries):
    Organisation.load()
    MembershipFactory.create_batch(rows)

    with django_assert_num_queries(queries):
        client.get(reverse("members:register"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "factory"),
    [
        ("members_application", ApplicationFactory),
        ("members_membership", MembershipFactory),
        ("members_institution", InstitutionFactory),
        ("fees_payment", PaymentFactory),
        ("meetings_registration", RegistrationFactory),
        ("meetings_meeting", MeetingFactory),
        ("council_ballot", BallotFactory),
        ("common_outboxmessage", OutboxMessageFactory),
    ],
)
def test_admin_lists_ask_as_much_for_thirty_rows_as_for_one(model, factory, secretary):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    Organisation.load()
    client = client_for(secretary)
    url = reverse(f"admin:{model}_changelist")
    factory()
    client.get(url)
    counts = []
    for more in (0, 29):
        factory.create_batch(more)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        counts.append(len(captured))

    assert counts[0] == counts[1]
