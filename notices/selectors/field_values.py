"""What stands in the fields of a notice for one unit."""

from decimal import Decimal

from django.conf import settings
from django.urls import reverse

from alliance.common.clock import today
from alliance.common.models import Organisation
from alliance.common.money import format_money
from alliance.common.templatetags.alliance import day
from fees.selectors.standing import open_invoices
from meetings.selectors.allowances import allowance_for, used_meetings
from members.models import Institution, Person
from members.selectors.memberships import membership_of


def field_values(institution: Institution, person: Person | None = None) -> dict[str, str]:
    """The values by the fields' Chinese names, as of today. What does not apply is missing, so that the general words stand there."""
    membership = membership_of(institution)
    year = today().year
    tier = membership.tier_in(year) if membership else None
    invoices = list(open_invoices(institution))
    left = allowance_for(year).free_meetings - used_meetings(institution, year)
    values = {
        "单位名称": institution.name,
        "联络人": person.name if person else "",
        "会员编号": (membership.number or "") if membership else "",
        "会员类别": tier.name if tier else "",
        "入盟日期": day(membership.joined_on) if membership else "",
        "应缴金额": format_money(sum((invoice.owed for invoice in invoices), Decimal(0))),
        "缴费截止日期": day(min(invoice.due_on for invoice in invoices)) if invoices else "",
        "免费会议余额": str(max(left, 0)),
        **general_values(),
    }
    return {name: value for name, value in values.items() if value}


def general_values() -> dict[str, str]:
    """Those that are the same for everybody who is written to."""
    return {
        "缴费页面": settings.SITE_URL + reverse("fees:dues"),
        "单位主页": settings.SITE_URL + reverse("portal:overview"),
        "本年": f"{today().year}年",
        "联盟名称": Organisation.load().name,
    }
