"""How the membership stands, as charts for the staff's start page: growth, kinds, provinces (R19)."""

from collections import Counter

from django.db.models import Min, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance.common.charts import Chart, Series
from alliance.common.clock import today
from members.models import Membership, RecruitmentRound
from members.selectors.memberships import current_members
from members.selectors.screening import FUNNEL, funnels, furthest

YEARS = 10
ROUNDS = 6


def growth() -> Chart:
    """Members at the end of each of the last ten years; of the running year, today."""
    now = today()
    numbered = Membership.objects.filter(number__isnull=False)
    first = numbered.aggregate(first=Min("joined_on"))["first"]
    years = range(max(first.year if first else now.year, now.year - YEARS + 1), now.year + 1)
    spans = list(numbered.values_list("joined_on", "ended_on"))
    ends = [min(now, now.replace(year=year, month=12, day=31)) for year in years]
    members = [sum(joined <= end and (ended is None or ended > end) for joined, ended in spans) for end in ends]
    return Chart(_("Members at the end of the year"), [str(year) for year in years], [Series(_("members"), members)], url=reverse("admin:members_register"))


def kinds() -> Chart:
    """Members of today by kind; a university counts under each kind it has."""
    counted = Counter(kind for membership in current_members() for kind in membership.institution.kinds)
    rows = counted.most_common()
    url = reverse("admin:members_membership_changelist")
    return Chart(
        _("Members by kind"),
        [kind for kind, _n in rows],
        [Series(_("members"), [n for _kind, n in rows])],
        url=url,
        note=_("A university may be of several kinds."),
    )


def provinces() -> Chart:
    """Members of today by province, the largest first; past the twelfth together."""
    counted = Counter(current_members().filter(~Q(institution__province="")).values_list("institution__province", flat=True))
    rows = counted.most_common()
    shown = [(_short(name), n) for name, n in rows[:12]]
    if len(rows) > 12:
        shown.append((str(_("other")), sum(n for _name, n in rows[12:])))
    return Chart(
        _("Members by province"),
        [name for name, _n in shown],
        [Series(_("members"), [n for _name, n in shown])],
        url=reverse("admin:members_membership_changelist"),
    )


def recruitment() -> Chart:
    """How far the applications of the last rounds came, the oldest first; each is counted once, at its last step."""
    rounds = list(RecruitmentRound.objects.order_by("-opens_on")[:ROUNDS])[::-1]
    counted = [(round_, furthest(steps)) for round_, steps in funnels(rounds)]
    series = [Series(label, [found[code] for _round, found in counted]) for code, label, _action in FUNNEL if code != "returned"]
    note = _("Each application is counted once, at the furthest step it came to.")
    return Chart(_("Recruitment rounds compared"), [round_.name for round_, _found in counted], series, note=note)


def _short(province: str) -> str:
    """江苏 for 江苏省: below a column there is room for little more."""
    for ending in ("维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "特别行政区", "省", "市"):
        province = province.removesuffix(ending)
    return province
