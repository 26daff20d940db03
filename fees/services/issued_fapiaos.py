"""Fapiaos that were issued: taken in from files and tables, given to their requests, reversed."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliance.common.audit import record
from alliance.common.exceptions import DomainError, InvalidTransition
from alliance.common.locking import lock
from alliance.common.models import Organisation, StoredFile
from alliance.common.transitions import move
from fees import mails
from fees.enums import FapiaoRequestState
from fees.fapiao_files.reading import Bundle, FapiaoFile, read_bundle
from fees.models import Fapiao, FapiaoRequest
from members.models import User
from members.names import normalise

MIMETYPES = {"pdf": "application/pdf", "xml": "application/xml", "ofd": "application/ofd"}


class WrongFapiao(DomainError):
    """Buyer or amount do not agree."""

    message = _("The fapiao's amount is not that of the request.")


@dataclass
class Imported:
    """What became of an upload."""

    attached: list[Fapiao] = field(default_factory=list)
    to_assign: list[Fapiao] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    reversed: list[Fapiao] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)


def import_files(uploads: Sequence[tuple[str, bytes]], *, actor: User) -> Imported:
    """Take in issued fapiaos from files and zips; each in its own transaction, so that a bad file harms no other."""
    result = Imported()
    found: list[FapiaoFile] = []
    for name, content in uploads:
        bundle: Bundle = read_bundle(name, content)
        found += bundle.found
        result.problems += [(problem.name, str(problem.message)) for problem in bundle.problems]
    # XML says most, so it makes the record; PDF and OFD of the same number are then hung on it. Red ones come after what they reverse.
    order = {"xml": 0, "ofd": 1, "pdf": 2, "summary": 3}
    found.sort(key=lambda file: (file.is_red, file.number, order.get(file.kind, 9), file.name))
    for number in dict.fromkeys((one.is_red, one.number) for one in found):
        take_in([one for one in found if (one.is_red, one.number) == number], result, actor=actor)
    return result


@transaction.atomic
def take_in(files: Sequence[FapiaoFile], result: Imported, *, actor: User) -> None:
    """The files of one fapiao, the fullest first: a new one, more files of a known one, or nothing new. All are kept before the unit is told."""
    first = files[0]
    fapiao = Fapiao.objects.select_for_update().filter(number=first.number).first()
    is_new = fapiao is None
    if fapiao is None:
        total = next((one for one in files if one.total is not None), None)
        if total is None:
            result.problems += [(one.name, gettext("No amount was found in this file.")) for one in files]
            return
        fapiao = _create(first if first.total is not None else total, actor)
    elif not _completed(fapiao, files, result):
        return
    had_pdf = any(stored.mimetype == MIMETYPES["pdf"] for stored in fapiao.files)
    kept = [one for one in files if one.content and _keep(fapiao, one, actor)]
    if not is_new:
        result.known += [one.name for one in files if one not in kept]
        if kept:
            record("fapiao.file_added", fapiao, actor=actor, name=kept[0].name)
    if first.is_closed and not fapiao.is_closed:
        _close(fapiao, actor)
        result.reversed.append(fapiao)
    elif is_new and fapiao.is_red:
        _reverse(fapiao, next((one.red_of for one in files if one.red_of), ""), actor)
        result.reversed.append(fapiao)
    elif fapiao.request_id is None and not fapiao.is_red and not fapiao.is_closed:
        _give(fapiao, result, actor, is_new=is_new)
    elif fapiao.request is not None and not fapiao.is_red and not had_pdf and any(one.kind == "pdf" for one in kept):
        # The first mail went without the file that people want.
        mails.fapiao_issued(fapiao, fapiao.request, key=f"fapiao-pdf:{fapiao.pk}")


def _create(one: FapiaoFile, actor: User) -> Fapiao:
    assert one.total is not None  # the caller has looked
    fapiao = Fapiao.objects.create(
        number=one.number, issued_on=one.issued_on, net=one.net, tax=one.tax, total=one.total, buyer_name=one.buyer_name[:200],
        buyer_tax_number=one.buyer_tax_number[:20], seller_name=one.seller_name[:200], is_red=one.is_red, read_by=one.read_by, remark=one.remark[:300],
        imported_by=actor,
    )  # fmt: skip
    record("fapiao.imported", fapiao, actor=actor, number=one.number, total=one.total, buyer=one.buyer_name)
    return fapiao


def _completed(fapiao: Fapiao, files: Sequence[FapiaoFile], result: Imported) -> bool:
    """What was read from a table, a QR code or a page's text is completed by the XML. False when the files contradict what is known."""
    best = files[0]
    if best.total is not None and best.total != fapiao.total:
        text = gettext("The number is known with another amount (%(known)s instead of %(read)s); the file was not taken.")
        result.problems += [(one.name, text % {"known": fapiao.total, "read": best.total}) for one in files]
        return False
    if best.read_by == "xml" and fapiao.read_by != "xml":
        for name in ("issued_on", "net", "tax", "buyer_name", "buyer_tax_number", "seller_name", "remark"):
            if value := getattr(best, name):
                setattr(fapiao, name, value)
        fapiao.read_by = "xml"
        fapiao.save()
    return True


def _give(fapiao: Fapiao, result: Imported, actor: User, *, is_new: bool) -> None:
    request = _request_for(fapiao)
    if request is not None:
        attach(fapiao, request, actor=actor)
        result.attached.append(fapiao)
    elif is_new:
        result.to_assign.append(fapiao)


def _keep(fapiao: Fapiao, one: FapiaoFile, actor: User) -> bool:
    """Keep the original bytes, untouched, once. They were judged when they were read."""
    digest = hashlib.sha256(one.content).hexdigest()
    kind = ContentType.objects.get_for_model(Fapiao)
    if StoredFile.objects.filter(owner_type=kind, owner_id=str(fapiao.pk), sha256=digest).exists():
        return False
    stored = StoredFile(
        name=one.name,
        mimetype=MIMETYPES[one.kind],
        size=len(one.content),
        sha256=digest,
        purpose="fapiao",
        owner_type=kind,
        owner_id=str(fapiao.pk),
        uploaded_by=actor,
    )
    stored.content.save(f"fapiao/{uuid.uuid4().hex}.{one.kind}", ContentFile(one.content), save=False)
    stored.save(force_insert=True)
    return True


def _request_for(fapiao: Fapiao) -> FapiaoRequest | None:
    """The one open request with this buyer and this amount; of several, the one whose notices its remark names. None when it stays unclear.

    A fapiao that somebody else has issued is nobody's.
    """
    seller = normalise(Organisation.load().bank_account_name)
    if fapiao.seller_name and seller and normalise(fapiao.seller_name) != seller:
        return None
    waiting = FapiaoRequest.objects.filter(state__in=[FapiaoRequestState.OPEN, FapiaoRequestState.EXPORTED], amount=fapiao.total)
    fits = [request for request in waiting.prefetch_related("invoices") if _same_buyer(request, fapiao)]
    if len(fits) > 1:
        fits = [request for request in fits if any(invoice.number in fapiao.remark for invoice in request.invoices.all())]
    return fits[0] if len(fits) == 1 else None


def _same_buyer(request: FapiaoRequest, fapiao: Fapiao) -> bool:
    number = normalise(fapiao.buyer_tax_number)
    if number and normalise(request.tax_number) != number:
        return False
    return normalise(request.title) == normalise(fapiao.buyer_name) or (not fapiao.buyer_name and bool(number))


@transaction.atomic
def attach(fapiao: Fapiao, request: FapiaoRequest, *, actor: User) -> Fapiao:
    """Give a fapiao to a request and tell the unit. Raises InvalidTransition for one that has its fapiao, WrongFapiao when the amounts differ."""
    lock(request)
    lock(fapiao)
    if fapiao.request_id is not None or fapiao.is_red or fapiao.is_closed:
        raise InvalidTransition
    if fapiao.total != request.amount:
        raise WrongFapiao
    move(request, to=FapiaoRequestState.ISSUED, field="state", received_at=None)
    fapiao.request = request
    fapiao.save(update_fields=["request", "updated_at"])
    record("fapiao.attached", fapiao, request, request.institution, *request.invoices.all(), actor=actor, number=fapiao.number)
    mails.fapiao_issued(fapiao, request)
    return fapiao


def _reverse(red: Fapiao, original: str, actor: User) -> None:
    """A red-letter fapiao closes the first one and opens its request again."""
    first = Fapiao.objects.select_for_update().filter(number=original, is_red=False).first() if original else None
    if first is None and not original:
        # Without the number: the one fapiao to this buyer with the opposite amount that has not been reversed.
        fits = list(Fapiao.objects.select_for_update(of=("self",)).filter(is_red=False, total=-red.total, buyer_name=red.buyer_name, reversed_by=None)[:2])
        first = fits[0] if len(fits) == 1 else None
    if first is not None and -red.total <= standing(first):
        link_red(red, first, actor=actor)


def standing(first: Fapiao) -> Decimal:
    """What is left of a fapiao (yuan) after the red-letter ones over parts of it."""
    return first.total + (Fapiao.objects.filter(red_of=first).aggregate(sum=Sum("total"))["sum"] or Decimal(0))


@transaction.atomic
def link_red(red: Fapiao, first: Fapiao, *, actor: User) -> Fapiao:
    """Say which fapiao a red-letter one reverses. Over all that is left of it, that one is closed and its request waits
    again, over what its notices still come to; over a part, both stand.

    Raises InvalidTransition when the red one is linked or nothing is left of the first, WrongFapiao when more would be reversed than is left.
    """
    lock(red)
    lock(first)
    if not red.is_red or red.red_of_id is not None or first.is_red or standing(first) <= 0:
        raise InvalidTransition
    if -red.total > standing(first):
        raise WrongFapiao
    red.red_of, red.request = first, first.request
    red.save(update_fields=["red_of", "request", "updated_at"])
    record(
        "fapiao.reversed", red, first, *([first.request, first.request.institution] if first.request else []), actor=actor, number=first.number, by=red.number
    )
    if standing(first) == 0 and not first.is_closed:
        _close(first, actor)
    return red


def _close(fapiao: Fapiao, actor: User) -> None:
    """It counts no more; its request waits to be issued again, and the unit learns of it."""
    fapiao.is_closed = True
    fapiao.save(update_fields=["is_closed", "updated_at"])
    record("fapiao.closed", fapiao, actor=actor, number=fapiao.number)
    request = fapiao.request
    if request is not None:
        lock(request)
        if request.state == FapiaoRequestState.ISSUED:
            # After a credit note the new one is over less.
            amount = sum((invoice.total - invoice.credited for invoice in request.invoices.all()), Decimal(0))
            move(request, to=FapiaoRequestState.OPEN, field="state", received_at=None, amount=amount if amount > 0 else request.amount)
            mails.fapiao_reversed(fapiao, request)
