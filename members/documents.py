"""Documents of members: context in, bytes out."""

import io

import pikepdf

from alliance.common.documents import qr_svg, render_pdf, verify_url
from alliance.common.models import VerifiableDocument
from alliance.common.outbox import attachment_maker
from members.answers import digest, labelled
from members.models import Application, Membership
from members.scans.mark import DIGEST_LENGTH, Mark


def sealed_form(application: Application) -> bytes:
    """The application form to be sealed, as PDF: all answers, place for seal, signature and date, and on each page a QR code with
    reference, round, digest of the content and the page's number (R2).
    """
    content_digest = digest(application)
    body = pikepdf.open(io.BytesIO(_form_body(application, content_digest)))
    total = len(body.pages)
    marks = [Mark(application.reference, application.round, content_digest[:DIGEST_LENGTH], page, total) for page in range(1, total + 1)]
    context = {"application": application, "digest": content_digest, "pages": [(mark.page, qr_svg(mark.encode())) for mark in marks], "total": total}
    with pikepdf.open(io.BytesIO(render_pdf("members/pdf/sealed_form_marks.html", context))) as overlay:
        for page, mark in zip(body.pages, overlay.pages, strict=True):
            page.add_overlay(mark)
    buffer = io.BytesIO()
    body.save(buffer)
    return buffer.getvalue()


def form_pages(application: Application) -> int:
    """How many pages the form has with its present content."""
    with pikepdf.open(io.BytesIO(_form_body(application, digest(application)))) as body:
        return len(body.pages)


def _form_body(application: Application, content_digest: str) -> bytes:
    return render_pdf("members/pdf/sealed_form.html", {"application": application, "groups": labelled(application), "digest": content_digest})


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
