"""How each automatic mail can be looked at with a real record: the function that writes it, and the records it is written about.

Stands on the top floor, because it knows the mails of all apps.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from alliance.common.mailtexts.services import register_sample
from alliance.common.models import VerifiableDocument
from council import mails as council
from council.models import Ballot, Elector, Proxy, RevokedProxy
from fees import mails as fees
from fees.models import Allocation, Fapiao, Invoice
from fees.selectors.dunning import Letter
from meetings import mails as meetings
from meetings import place_mails
from meetings.models import CalendarFeed, Nomination, PlaceRequest, Registration
from members import mails as members
from members.models import Application, ApplicationMessage, CorrectionPoint, DataCheckAnswer, Departure, Invitation, Membership
from notices import consultation_mails
from notices import mails as notices
from notices.enums import Purpose
from notices.enums import ReminderKind as Kind
from notices.models import AskedUnit, Notice, Recipient, Release, ReminderRule
from notices.selectors.audiences import resolve
from notices.services.releasing import MEMBERS
from notices.services.reminders import Due, write
from notices.sources.base import Item
from notices.sources.consultations import consultation_item
from notices.sources.council import closing_item
from notices.sources.dues import letter_item
from notices.sources.joining import expiring_item, returned_item
from notices.sources.meetings import place_item
from notices.sources.upkeep import data_check_item


def _newest(model: Any, *related: str) -> Any:
    return lambda: model.objects.order_by("-pk").select_related(*related)


def register() -> None:
    """Called when all apps are loaded."""
    applications = _newest(Application, "institution", "applicant")
    register_sample("members/mail/application_submitted", applications, members.application_submitted)
    register_sample("members/mail/application_returned", applications, lambda one: members.application_returned(one, _points(one)))
    register_sample("members/mail/application_declined", applications, members.application_declined)
    register_sample("members/mail/application_approved", applications, members.application_approved)
    register_sample("members/mail/welcome", _certified, members.welcome)
    register_sample("members/mail/data_check", _newest(DataCheckAnswer, "institution", "check_round"), members.data_check_asked)
    register_sample("members/mail/departure_received", _newest(Departure, "membership__institution"), members.departure_received)
    register_sample("members/mail/departure_decided", _newest(Departure, "membership__institution"), members.departure_decided)
    register_sample("members/mail/message", _newest(ApplicationMessage, "application"), members.message_to_applicant)
    register_sample("fees/mail/invoice_issued", _newest(Invoice, "institution"), fees.invoice_issued)
    register_sample("members/mail/invitation", _newest(Invitation, "institution", "application"), lambda one: members.invitation(one, "example"))
    register_sample("fees/mail/invoice_settled", _newest(Allocation, "invoice", "payment"), lambda one: fees.invoice_settled(one.invoice, one.payment))
    electors = _newest(Elector, "ballot", "person")
    register_sample("council/mail/ballot_opened", electors, lambda one: council.ballot_opened(one.ballot, one))
    register_sample("council/mail/ballot_closed", _newest(Ballot), council.ballot_closed)
    register_sample("council/mail/discussion_opened", electors, lambda one: council.discussion_opened(one.ballot, one.person))
    register_sample("council/mail/ballot_extended", _newest(Ballot), council.ballot_extended)
    register_sample("council/mail/ballot_cancelled", _newest(Ballot), council.ballot_cancelled)
    proxies = _newest(Proxy, "giver__ballot", "holder")
    register_sample("council/mail/proxy_given", proxies, council.proxy_given)
    register_sample("council/mail/proxy_revoked", _newest(RevokedProxy, "giver__ballot", "holder"), council.proxy_revoked)
    _of_money()
    _of_places()
    _of_notices()
    _of_reminders()


def _of_money() -> None:
    def fapiaos() -> Any:
        return Fapiao.objects.exclude(request=None).order_by("-pk").select_related("request__institution")

    register_sample("fees/mail/fapiao_issued", fapiaos, lambda one: fees.fapiao_issued(one, one.request))
    register_sample("fees/mail/fapiao_reversed", fapiaos, lambda one: fees.fapiao_reversed(one, one.request))


def _of_places() -> None:
    places = _newest(Registration, "meeting", "person", "institution")
    register_sample("meetings/mail/registered", lambda: places().filter(status="confirmed"), meetings.registered)
    register_sample("meetings/mail/waitlisted", lambda: places().filter(status="waitlisted"), place_mails.in_line)
    register_sample("meetings/mail/cancelled", places, meetings.cancelled)
    register_sample("meetings/mail/moved", places, meetings.moved)
    register_sample("meetings/mail/thanks", places, meetings.thanks)
    register_sample("meetings/mail/place_offered", places, place_mails.place_offered)
    register_sample("meetings/mail/colleague_offered", places, place_mails.offered_to_colleague)
    register_sample("meetings/mail/place_held", places, place_mails.place_held)
    register_sample("meetings/mail/letter", places, lambda one: place_mails.to_participants(one, subject=_("Subject"), text=_("Text"), key="example"))
    register_sample("meetings/mail/calendar", places, lambda one: meetings.calendar_address(CalendarFeed(token="example"), one))  # noqa: S106 (nobody's)
    requests = _newest(PlaceRequest, "meeting", "institution")
    register_sample("meetings/mail/confirm_address", requests, place_mails.asked_to_confirm)
    register_sample("meetings/mail/colleague_asks", requests, place_mails.asks_the_liaison)
    register_sample("meetings/mail/request_refused", requests, place_mails.request_refused)
    register_sample("meetings/mail/nomination_decided", _newest(Nomination, "offer__meeting", "institution"), place_mails.nomination_decided)


def _of_notices() -> None:
    issued = lambda: Notice.objects.exclude(number=None).order_by("-pk")  # noqa: E731
    for purpose, template in notices.TEMPLATES.items():
        register_sample(template, issued, lambda one, purpose=purpose: notices.release_mail(_first_reader(one, purpose), personal=True))
    register_sample("notices/mail/digest", issued, lambda one: _digest(_first_reader(one, Purpose.NOTICE)))
    asked = _newest(AskedUnit, "consultation", "institution")
    register_sample("notices/mail/consultation_open", asked, lambda one: consultation_mails.asked(one.consultation, one.institution))
    register_sample("notices/mail/consultation_summary", asked, lambda one: consultation_mails.summary(one.consultation, one.institution))


def _first_reader(notice: Notice, purpose: str) -> Recipient:
    """The first of those a notice goes to, on the list of a mailing that is never stored."""
    one = resolve(MEMBERS).addressees[0]
    release = Release(notice=notice, purpose=purpose)
    return Recipient(release=release, institution=one.institution, person=one.person, email=one.email, why=one.why, token="example")  # noqa: S106 (nobody's)


def _digest(reader: Recipient) -> None:
    notices.digest_mail(reader.person, [reader], day="example")  # type: ignore[arg-type]  # a list of people has people


def _of_reminders() -> None:
    checks = _newest(DataCheckAnswer, "institution", "check_round")
    register_sample("members/mail/data_check_reminder", checks, members.data_check_reminded)
    applications = _newest(Application, "institution", "applicant")
    register_sample("notices/mail/application_returned", applications, _reminder(Kind.APPLICATION_RETURNED, 7, returned_item))
    expiry = dt.timedelta(days=3)
    register_sample("members/mail/draft_expiring", applications, _reminder(Kind.DRAFT_EXPIRING, -3, lambda one: expiring_item(one, expiry)))
    register_sample("notices/mail/ballot_closing", _newest(Ballot), _reminder(Kind.BALLOT_CLOSING, -1, closing_item))
    register_sample("notices/mail/data_check", checks, _reminder(Kind.DATA_CHECK, -7, data_check_item))
    register_sample("notices/mail/meeting_soon", _newest(Registration, "meeting", "person", "institution"), _reminder(Kind.MEETING_SOON, -1, place_item))
    register_sample(
        "notices/mail/consultation_reminder", _newest(AskedUnit, "consultation", "institution"), _reminder(Kind.CONSULTATION, -1, consultation_item)
    )
    register_sample("notices/mail/invoice_due", _newest(Invoice, "institution"), _reminder(Kind.INVOICE_DUE, 15, _late))


def _late(invoice: Invoice) -> Item:
    return letter_item(Letter(invoice.institution, 15, (invoice,), (invoice,), "", ""), 15)


def _reminder(kind: str, offset: int, item_of: Callable[[Any], Item]) -> Callable[[Any], None]:
    """Writes the reminder about a record as it goes out so many days before or after its day, also when nobody is left who would get it."""

    def write_it(one: Any) -> None:
        item = item_of(one)
        for address, person in item.readers or (("", None),):
            write(Due(ReminderRule(kind=kind, offset_days=offset), item, item.day + dt.timedelta(days=offset), address, person))

    return write_it


def _certified() -> Any:
    certificates = VerifiableDocument.objects.filter(kind="membership-certificate", subject_id=Cast(OuterRef("pk"), CharField()))
    return Membership.objects.filter(Exists(certificates)).order_by("-pk")


def _points(application: Application) -> list[Any]:
    """The points of the last return, or one as an example."""
    return list(CorrectionPoint.objects.filter(application=application)) or [
        CorrectionPoint(application=application, text="公章不清晰，请重新盖章后扫描上传。")
    ]
