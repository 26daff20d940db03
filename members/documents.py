"""Documents of members: context in, bytes out."""

from alliance.common.documents import qr_svg, render_pdf, verify_url
from alliance.common.models import VerifiableDocument
from alliance.common.outbox import attachment_maker
from members.answers import digest, labelled
from members.models import Application, Membership


def sealed_form(application: Application) -> bytes:
    """The application form to be sealed, as PDF: all answers, place for seal, signature and date, and on each page a QR code with
    reference, round and digest of the content (R2).
    """
    content_digest = digest(application)
    return render_pdf(
        "members/pdf/sealed_form.html",
        {
            "application": application,
            "groups": labelled(application),
            "digest": content_digest,
            "qr": qr_svg(f"ALLIANCE:{application.reference}:{application.round}:{content_digest[:32]}"),
        },
    )


def certificate(membership: Membership) -> bytes:
    """The certificate of membership, A4 across, with the QR code that verifies it. Raises DoesNotExist before the membership is active."""
    document = VerifiableDocument.objects.filter(subject_id=str(membership.pk), kind="membership-certificate", revoked_at=None).latest("pk")
    return render_pdf(
        "members/pdf/certificate.html",
        {"membership": membership, "document": document, "qr": qr_svg(verify_url(document)), "verify_url": verify_url(document)},
    )


@attachment_maker("members.certificate")
def certificate_of(pk: str) -> bytes:
    """The certificate as a mail's attachment."""
    return certificate(Membership.objects.select_related("institution").get(pk=pk))
