"""Charts of money for the staff's pages."""

from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.common.charts import Chart, Series
from alliance.common.clock import today
from fees.selectors.finance import Split, collected_by_month, collected_by_tier


def _chart(title: str, rows: Split, note: str) -> Chart:
    series = [Series(_("Paid"), [paid for _label, paid, _owed in rows]), Series(_("Still owed"), [owed for _label, _paid, owed in rows])]
    return Chart(title, [label for label, _paid, _owed in rows], series, money=True, url=reverse("admin:fees_invoice_reports"), note=note)


def by_month() -> Chart:
    """This year's notices by the month in which they are due."""
    year = today().year
    return _chart(_("Dues of %(year)s by month") % {"year": year}, collected_by_month(year), _("Each notice stands in the month in which it is due."))


def by_tier() -> Chart:
    """This year's notices by tier."""
    year = today().year
    return _chart(_("Dues of %(year)s by tier") % {"year": year}, collected_by_tier(year), _("Notices issued this year, with their entry fees."))
