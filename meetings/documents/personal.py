"""One participant's documents: ticket, invitation letter, certificate of attendance."""

from collections.abc import Sequence

from alliance.common.clock import today
from alliance.common.documents import qr_svg, render_pdf, verify_url
from alliance.common.models import VerifiableDocument
from meetings.links import checkin_link
from meetings.models import Registration
from meetings.selectors.certificates import certificates_for


def ticket(registration: Registration) -> bytes:
    """The ticket as an A4 page to print or keep, with the QR code for the door."""
    context = {"registration": registration, "meeting": registration.meeting, "qr": qr_svg(checkin_link(registration))}
    return render_pdf("meetings/pdf/ticket.html", context)


def invitation(registration: Registration) -> bytes:
    """The invitation letter to the participant's unit, with place for the seal: finance offices ask for it."""
    context = {"registration": registration, "meeting": registration.meeting, "today": today()}
    return render_pdf("meetings/pdf/invitation.html", context)


def certificates(registrations: Sequence[Registration]) -> bytes:
    """Certificates of attendance, a page each, of those who have one; the QR code leads to the page that verifies it."""
    documents = certificates_for([registration.pk for registration in registrations])
    pages = [_page(registration, documents[registration.pk]) for registration in registrations if registration.pk in documents]
    return render_pdf("meetings/pdf/certificate.html", {"pages": pages})


def _page(registration: Registration, document: VerifiableDocument) -> dict[str, object]:
    url = verify_url(document)
    # As it was issued: a name that changed afterwards is another certificate.
    facts = dict(document.facts)
    return {"registration": registration, "document": document, "facts": facts, "qr": qr_svg(url), "url": url}
