"""How each automatic mail can be looked at with a real record: the function that writes it, and the records it is written about.

Stands on the top floor, because it knows the mails of all apps.
"""

from typing import Any

from alliance.common.mailtexts.services import register_sample
from council import mails as council
from council.models import Ballot, Elector, Proxy, RevokedProxy
from fees import mails as fees
from fees.models import Allocation, Invoice
from meetings import mails as meetings
from meetings.models import Registration
from members import mails as members
from members.models import Application, ApplicationMessage, CorrectionPoint, DataCheckAnswer, Departure, Invitation, Membership


def _newest(model: Any, *related: str) -> Any:
    return lambda: model.objects.order_by("-pk").select_related(*related)


def register() -> None:
    """Called when all apps are loaded."""
    applications = _newest(Application, "institution", "applicant")
    register_sample("members/mail/application_submitted", applications, members.application_submitted)
    register_sample("members/mail/application_returned", applications, lambda one: members.application_returned(one, _points(one)))
    register_sample("members/mail/application_declined", applications, members.application_declined)
    register_sample("members/mail/application_approved", applications, members.application_approved)
    register_sample("members/mail/welcome", lambda: Membership.objects.filter(status="active").order_by("-pk"), members.welcome)
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
    places = _newest(Registration, "meeting", "person", "institution")
    register_sample("meetings/mail/registered", places, meetings.registered)
    register_sample("meetings/mail/waitlisted", places, meetings.registered)
    register_sample("meetings/mail/cancelled", places, meetings.cancelled)
    register_sample("meetings/mail/moved", places, meetings.moved)
    register_sample("meetings/mail/thanks", places, meetings.thanks)


def _points(application: Application) -> list[Any]:
    """The points of the last return, or one as an example."""
    return list(CorrectionPoint.objects.filter(application=application)) or [
        CorrectionPoint(application=application, text="公章不清晰，请重新盖章后扫描上传。")
    ]
