"""Requests for fapiaos, their export for the tax bureau, and the issued ones that come back."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliance.common import clock
from alliance.common.audit import record
from alliance.common.exceptions import DomainError, InvalidTransition
from alliance.common.locking import lock
from alliance.common.models import StoredFile
from alliance.common.transitions import move
from fees import mails
from fees.enums import FapiaoRequestState
from fees.fapiao_files.reading import Bundle, FapiaoFile, read_bundle
from fees.fapiao_files.tables import fill_template
from fees.models import Fapiao, FapiaoRequest, FapiaoSetting, Invoice, Payment
from members.enums import InvoiceType
from members.models import Institution, User
from members.names import normalise

MIMETYPES = {"pdf": "application/pdf", "xml": "application/xml", "ofd": "application/ofd"}


class NothingToInvoice(DomainError):
    """No notice, or one that has a request already."""

    message = _("Choose notices of the unit that are not void and have no fapiao request yet.")


class NoDescription(DomainError):
    """Finance has not said how the fee stands on a fapiao."""

    message = _("Finance has not yet set item, tax code and rate. Set them under “Descriptions on fapiaos” first.")


class WrongFapiao(DomainError):
    """Buyer or amount do not agree."""

    message = _("The fapiao's amount is not that of the request.")


@transaction.atomic
def request_fapiao(institution: Institution, *, invoices: Sequence[Invoice], actor: User, **data: Any) -> FapiaoRequest:
    """Ask for one fapiao over these notices. `data`: title, tax_number, kind, address_phone, bank_account, email, remark.

    When the title is not the name of the unit or of a payer of the notices, the request carries a question for finance. Raises NothingToInvoice.
    """
    chosen = list(
        Invoice.objects.select_for_update().filter(pk__in=[invoice.pk for invoice in invoices], institution=institution, voided_at=None).order_by("pk")
    )
    taken = FapiaoRequest.objects.filter(invoices__in=chosen).exclude(state=FapiaoRequestState.CANCELLED).exists()
    if not chosen or len(chosen) != len(invoices) or taken:
        raise NothingToInvoice
    amount = sum((invoice.total - invoice.credited for invoice in chosen), Decimal(0))
    if amount <= 0:
        raise NothingToInvoice
    payers = set(Payment.objects.filter(allocations__invoice__in=chosen, allocations__released_at=None).values_list("payer_name", flat=True))
    known = {normalise(name) for name in [institution.name, *payers, *institution.aliases.values_list("name", flat=True)]}
    question = "" if normalise(data["title"]) in known else gettext("The title is neither the unit nor the payer.")
    request = FapiaoRequest.objects.create(
        institution=institution, amount=amount, before_payment=any(invoice.owed > 0 for invoice in chosen), question=question, requested_by=actor, **data
    )
    request.invoices.set(chosen)
    record("fapiao.requested", request, institution, *chosen, actor=actor, amount=amount, title=data["title"])
    return request


@transaction.atomic
def cancel_request(request: FapiaoRequest, *, actor: User) -> FapiaoRequest:
    """Take a request back before it is issued. Raises InvalidTransition."""
    lock(request)
    move(request, to=FapiaoRequestState.CANCELLED, field="state")
    record("fapiao.cancelled", request, request.institution, actor=actor)
    return request


def last_data(institution: Institution) -> dict[str, Any]:
    """What the unit gave last time, or in its application; empty fields otherwise."""
    last = FapiaoRequest.objects.filter(institution=institution).order_by("-pk").first()
    if last:
        return {name: getattr(last, name) for name in ("title", "tax_number", "kind", "address_phone", "bank_account", "email")}
    membership = institution.memberships.select_related("application").order_by("-pk").first()
    application = membership.application if membership else None
    if application is None:
        return {"title": institution.name, "tax_number": institution.credit_code}
    return {
        "title": application.invoice_title or institution.name,
        "tax_number": application.invoice_tax_number or institution.credit_code,
        "kind": application.invoice_type,
        "address_phone": application.invoice_address_phone,
        "bank_account": application.invoice_bank_account,
        "email": application.invoice_email,
    }


@transaction.atomic
def export_requests(template: bytes, *, actor: User, on: dt.date) -> tuple[bytes, int]:
    """The bureau's empty template filled with all open requests, which are then marked as exported; and how many.

    Raises NoDescription, NothingToInvoice when nothing is open, TemplateError.
    """
    setting = FapiaoSetting.objects.filter(effective_from__lte=on).order_by("-effective_from").first()
    if setting is None:
        raise NoDescription
    requests = list(FapiaoRequest.objects.select_for_update().filter(state=FapiaoRequestState.OPEN).order_by("pk"))
    if not requests:
        raise NothingToInvoice(_("No request waits to be issued."))
    content = fill_template(template, [_columns(request, setting) for request in requests])
    for request in requests:
        move(request, to=FapiaoRequestState.EXPORTED, field="state")
        record("fapiao.exported", request, request.institution, actor=actor)
    return content, len(requests)


def _columns(request: FapiaoRequest, setting: FapiaoSetting) -> dict[str, Any]:
    address, _sep, phone = request.address_phone.rpartition(" ")
    bank, _sep, account = request.bank_account.rpartition(" ")
    special = request.kind == InvoiceType.SPECIAL
    return {
        "发票流水号": f"FP{request.pk:08d}",
        "发票类型": "增值税专用发票" if special else "普通发票",
        "是否含税": "是",
        "购买方名称": request.title,
        "购买方纳税人识别号": request.tax_number,
        "购买方地址": address or request.address_phone,
        "购买电话": phone if address else "",
        "购买方电话": phone if address else "",
        "购买方开户银行": bank or request.bank_account,
        "购买方银行账号": account if bank else "",
        "是否展示购买方地址电话银行账号": "是" if special else "否",
        "购买方邮箱": request.email,
        "备注": request.remark,
        "项目名称": setting.item_name,
        "商品和服务税收编码": setting.tax_code,
        "数量": Decimal(1),
        "单价": request.amount,
        "金额": request.amount,
        "税率": setting.rate,
    }


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
    for one in sorted(found, key=lambda file: (file.is_red, order.get(file.kind, 9), file.name)):
        take_in(one, result, actor=actor)
    return result


@transaction.atomic
def take_in(one: FapiaoFile, result: Imported, *, actor: User) -> None:
    """One file: a new fapiao, another file of a known one, or nothing new."""
    known = Fapiao.objects.select_for_update().filter(number=one.number).first()
    if known is not None:
        if one.content and _keep(known, one, actor):
            record("fapiao.file_added", known, actor=actor, name=one.name)
        else:
            result.known.append(one.name)
        return
    if one.total is None:
        result.problems.append((one.name, gettext("No amount was found in this file.")))
        return
    fapiao = Fapiao.objects.create(
        number=one.number, issued_on=one.issued_on, net=one.net, tax=one.tax, total=one.total, buyer_name=one.buyer_name[:200],
        buyer_tax_number=one.buyer_tax_number[:20], seller_name=one.seller_name[:200], is_red=one.is_red, read_by=one.read_by, imported_by=actor,
    )  # fmt: skip
    if one.content:
        _keep(fapiao, one, actor)
    record("fapiao.imported", fapiao, actor=actor, number=one.number, total=one.total, buyer=one.buyer_name)
    if fapiao.is_red:
        _reverse(fapiao, one.red_of, actor)
        result.reversed.append(fapiao)
        return
    request = _request_for(fapiao)
    if request is None:
        result.to_assign.append(fapiao)
    else:
        attach(fapiao, request, actor=actor)
        result.attached.append(fapiao)


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
    """The one open request with this buyer and this amount; none when several could be meant."""
    waiting = FapiaoRequest.objects.filter(state__in=[FapiaoRequestState.OPEN, FapiaoRequestState.EXPORTED], amount=fapiao.total)
    fits = [request for request in waiting if _same_buyer(request, fapiao)]
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
    if fapiao.request_id is not None or fapiao.is_red:
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
    if first is None:
        # Without the number: the one fapiao to this buyer with the opposite amount that has not been reversed.
        fits = list(Fapiao.objects.filter(is_red=False, total=-red.total, buyer_name=red.buyer_name, reversed_by=None)[:2])
        first = fits[0] if len(fits) == 1 else None
    if first is None:
        return
    red.red_of, red.request = first, first.request
    red.save(update_fields=["red_of", "request", "updated_at"])
    request = first.request
    if request is not None:
        lock(request)
        if request.state == FapiaoRequestState.ISSUED:
            move(request, to=FapiaoRequestState.OPEN, field="state")
        record("fapiao.reversed", red, first, request, request.institution, actor=actor, number=first.number, by=red.number)


@transaction.atomic
def confirm_receipt(request: FapiaoRequest, *, actor: User) -> FapiaoRequest:
    """The unit says that it has its fapiao. Raises InvalidTransition before it is issued."""
    lock(request)
    if request.state != FapiaoRequestState.ISSUED:
        raise InvalidTransition
    if request.received_at is None:
        request.received_at = clock.now()
        request.save(update_fields=["received_at", "updated_at"])
        record("fapiao.received", request, request.institution, actor=actor)
    return request
