"""Transfers as units report them, pauses of reminders, closing of periods."""

import datetime as dt
import hashlib
import uuid
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from alliance.common import clock
from alliance.common.audit import record
from alliance.common.exceptions import DomainError, InvalidTransition
from alliance.common.files import IMAGES, PDF, store
from alliance.common.locking import advisory_lock, lock
from alliance.common.money import format_money, money
from alliance.common.transitions import move
from fees.enums import VoucherState
from fees.exceptions import NotPositive, ReceivedInFuture
from fees.models import ClosedPeriod, DunningPause, Payment, Voucher
from fees.selectors.standing import same_file
from fees.services.payments import record_payment
from members.models import Institution, User


class ReportedAlready(DomainError):
    """The same photo or scan was sent for a transfer that waits or was confirmed."""

    field = "file"


@transaction.atomic
def report_transfer(
    institution: Institution, *, upload: UploadedFile | None, paid_on: dt.date, amount: Decimal, payer_name: str, remark: str, actor: User
) -> Voucher:
    """Keep what a unit says of its transfer, with the photo or scan. Raises NotPositive, ReceivedInFuture, UploadRefused, ReportedAlready."""
    if money(amount) <= 0:
        raise NotPositive
    if paid_on > clock.today():
        raise ReceivedInFuture
    if upload is not None:
        _refuse_twin(institution, upload)
    voucher = Voucher.objects.create(institution=institution, paid_on=paid_on, amount=money(amount), payer_name=payer_name, remark=remark, uploaded_by=actor)
    if upload is not None:
        voucher.file = store(upload, owner=voucher, purpose="voucher", actor=actor, allowed=PDF | IMAGES)
        voucher.save(update_fields=["file", "updated_at"])
    record("voucher.reported", voucher, institution, actor=actor, amount=voucher.amount, paid_on=paid_on)
    return voucher


def _refuse_twin(institution: Institution, upload: UploadedFile) -> None:
    """Two reports of one transfer would be confirmed as two payments; the same file of the same unit is one transfer, also when it is sent twice at once."""
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    advisory_lock(f"voucher:{institution.pk}")
    twin = same_file(digest.hexdigest()).filter(institution=institution).exclude(state=VoucherState.DISMISSED).first()
    if twin is not None:
        text = _("This file was sent already, with the transfer of %(day)s over %(amount)s. Another transfer has a voucher of its own.")
        raise ReportedAlready(text % {"day": twin.paid_on, "amount": format_money(twin.amount)})


@transaction.atomic
def confirm_voucher(voucher: Voucher, *, received_on: dt.date, amount: Decimal, payer_name: str, bank_serial: str, actor: User) -> Payment:
    """The money is there: record it as the unit's payment. Pressed twice it records one. Raises what `record_payment` raises."""
    lock(voucher)
    if voucher.payment is not None:
        return voucher.payment
    payment = record_payment(
        institution=voucher.institution,
        amount=amount,
        received_on=received_on,
        payer_name=payer_name,
        remark=voucher.remark,
        bank_serial=bank_serial,
        actor=actor,
        token=uuid.uuid5(uuid.NAMESPACE_OID, f"voucher:{voucher.pk}"),
    )
    move(voucher, to=VoucherState.CONFIRMED, field="state", payment=payment)
    record("voucher.confirmed", voucher, voucher.institution, payment, actor=actor)
    return payment


@transaction.atomic
def dismiss_voucher(voucher: Voucher, *, actor: User, reason: str) -> Voucher:
    """It belongs to no payment of ours; the unit sees why. Raises InvalidTransition."""
    lock(voucher)
    move(voucher, to=VoucherState.DISMISSED, field="state", answer=reason)
    record("voucher.dismissed", voucher, voucher.institution, actor=actor, reason=reason)
    return voucher


@transaction.atomic
def pause_dunning(institution: Institution, *, until: dt.date, reason: str, actor: User) -> DunningPause:
    """No reminders about dues to the unit up to and including `until`."""
    pause = DunningPause.objects.create(institution=institution, until=until, reason=reason, made_by=actor)
    record("dunning.paused", institution, actor=actor, until=until, reason=reason)
    return pause


class AlreadyClosed(DomainError):
    """That day is closed already."""

    message = _("The books are closed up to this day already.")


@transaction.atomic
def close_period(*, until: dt.date, actor: User) -> ClosedPeriod:
    """Book nothing more up to and including `until`. Raises AlreadyClosed, ReceivedInFuture for a day that has not passed."""
    if until >= clock.today():
        raise ReceivedInFuture
    try:
        with transaction.atomic():
            period = ClosedPeriod.objects.create(until=until, closed_by=actor)
    except IntegrityError as error:
        raise AlreadyClosed from error
    record("period.closed", period, actor=actor, until=until)
    return period


@transaction.atomic
def reopen_period(period: ClosedPeriod, *, actor: User, reason: str) -> ClosedPeriod:
    """Open a closed period again, with a reason. Raises InvalidTransition."""
    lock(period)
    if period.reopened_at:
        raise InvalidTransition
    period.reopened_at, period.reopen_reason = clock.now(), reason
    period.save(update_fields=["reopened_at", "reopen_reason", "updated_at"])
    record("period.reopened", period, actor=actor, reason=reason)
    return period
