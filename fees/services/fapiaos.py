"""Requests for fapiaos and their export for the tax bureau."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliance.common import clock
from alliance.common.audit import record
from alliance.common.exceptions import DomainError, InvalidTransition
from alliance.common.locking import advisory_lock, lock
from alliance.common.transitions import move
from fees.enums import FapiaoRequestState
from fees.fapiao_files.tables import fill_template
from fees.models import FapiaoRequest, FapiaoSetting, Invoice, InvoicingData
from fees.selectors.fapiaos import known_titles
from members.enums import InvoiceType
from members.models import Institution, User
from members.names import normalise

BUYER = ("title", "tax_number", "kind", "address_phone", "bank_account", "email")


class NothingToInvoice(DomainError):
    """No notice, or one that has a request already."""

    message = _("Choose notices of the unit that are not void and have no fapiao request yet.")


class NoDescription(DomainError):
    """Finance has not said how the fee stands on a fapiao."""

    message = _("Finance has not yet set item, tax code and rate. Set them under “Descriptions on fapiaos” first.")


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
    question = "" if normalise(data["title"]) in known_titles(institution, chosen) else gettext("The title is neither the unit nor the payer.")
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
    """What the unit keeps as its invoicing data; else what it gave last time, or in its application; empty fields otherwise."""
    last: FapiaoRequest | InvoicingData | None = InvoicingData.objects.filter(institution=institution).first()
    last = last or FapiaoRequest.objects.filter(institution=institution).order_by("-pk").first()
    if last:
        return {name: getattr(last, name) for name in BUYER}
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
def keep_invoicing_data(institution: Institution, *, actor: User, **data: Any) -> InvoicingData:
    """What stands on the unit's fapiaos from now on (R8): title, tax_number, kind, address_phone, bank_account, email. Requests that are out keep theirs."""
    advisory_lock(f"invoicing:{institution.pk}")
    kept, _made = InvoicingData.objects.update_or_create(institution=institution, defaults={**{name: data[name] for name in BUYER}, "updated_by": actor})
    record("invoicing.changed", institution, actor=actor, title=kept.title, tax_number=kept.tax_number)
    return kept


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
        # The notices' numbers come back in the issued fapiao and say which request it is for.
        "备注": " ".join([request.remark, *(invoice.number for invoice in request.invoices.all())]).strip()[:200],
        "项目名称": setting.item_name,
        "商品和服务税收编码": setting.tax_code,
        "数量": Decimal(1),
        "单价": request.amount,
        "金额": request.amount,
        "税率": setting.rate,
    }


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
