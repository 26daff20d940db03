"""Fapiao requests that somebody has to look after."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.db.models import DecimalField, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from fees.enums import FapiaoRequestState
from fees.models import Fapiao, FapiaoRequest, FapiaoSetting, Invoice, Payment
from members.models import Institution
from members.names import normalise


def setting_on(day: dt.date) -> FapiaoSetting:
    """The setting in force on a day; before there is one, an unsaved one with the defaults of the days."""
    return FapiaoSetting.objects.filter(effective_from__lte=day).order_by("-effective_from").first() or FapiaoSetting(effective_from=day)


def late_requests(day: dt.date) -> QuerySet[FapiaoRequest]:
    """Requests that have waited longer than the setting allows, oldest first."""
    before = day - dt.timedelta(days=setting_on(day).days_to_issue)
    waiting = [FapiaoRequestState.OPEN, FapiaoRequestState.EXPORTED]
    return FapiaoRequest.objects.filter(state__in=waiting, created_at__date__lt=before).order_by("created_at", "pk")


def unpaid_fapiaos(day: dt.date) -> QuerySet[FapiaoRequest]:
    """Requests whose fapiao was issued before payment and whose notices are still open after the days of the setting."""
    before = day - dt.timedelta(days=setting_on(day).days_to_pay)
    issued = FapiaoRequest.objects.filter(state=FapiaoRequestState.ISSUED, fapiaos__is_red=False, fapiaos__is_closed=False, fapiaos__issued_on__lt=before)
    return issued.filter(invoices__owed__gt=0).distinct().order_by("created_at", "pk")


def known_titles(institution: Institution, invoices: Sequence[Invoice]) -> set[str]:
    """Titles that need no question, as they are compared: the unit's names, and who has paid these notices."""
    payers = Payment.objects.filter(allocations__invoice__in=invoices, allocations__released_at=None).values_list("payer_name", flat=True)
    return {normalise(name) for name in [institution.name, *payers, *institution.aliases.values_list("name", flat=True)]}


def red_needed() -> QuerySet[FapiaoRequest]:
    """Requests whose fapiaos are over more than their notices come to by now: a credit note came after the fapiao. `excess` is the difference in yuan."""
    money = DecimalField(max_digits=12, decimal_places=2)
    out = Fapiao.objects.filter(request=OuterRef("pk")).exclude(is_red=False, is_closed=True).exclude(red_of__is_closed=True).order_by()
    issued = out.values("request").annotate(sum=Sum("total")).values("sum")
    notices = Invoice.objects.filter(fapiao_requests=OuterRef("pk"), voided_at=None).order_by()
    billed = notices.values("fapiao_requests").annotate(sum=Sum(F("total") - F("credited"))).values("sum")
    zero = Decimal("0.00")
    amounts = {"out": Coalesce(Subquery(issued, money), zero), "due": Coalesce(Subquery(billed, money), zero)}
    rows = FapiaoRequest.objects.filter(state=FapiaoRequestState.ISSUED).annotate(**amounts).annotate(excess=F("out") - F("due"))
    return rows.filter(excess__gt=0).order_by("created_at", "pk")


def issued_over(invoice: Invoice) -> list[Fapiao]:
    """Fapiaos that stand over a notice: taking something off it then needs a red-letter fapiao."""
    return list(Fapiao.objects.filter(request__invoices=invoice, is_red=False, is_closed=False).order_by("pk"))
