"""Finding institutions by any name a person or a bank writes."""

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from members.enums import AliasKind, MembershipStatus
from members.models import Institution, InstitutionAlias, Membership
from members.names import normalise

MIN_LETTERS = 2
# The ministry's code, or the last five digits of it that universities know by heart.
CODE_DIGITS = 5
# What a place name is most often short for: 苏州 → 苏州大学 before 苏州城市学院.
ENDINGS = ("大学", "学院")
PRESENT = (MembershipStatus.ACTIVE, MembershipStatus.SUSPENDED)


def find_institution(name: str) -> tuple[Institution | None, str]:
    """The one institution of this official, former or unambiguous short name, or the reason why there is none.

    An official name wins over others' short names. A name marked as ambiguous never decides, even where only one of those who use it is in the register.
    """
    exact = Institution.objects.filter(name=name.strip(), merged_into=None).first()
    if exact:
        return exact, ""
    wanted = normalise(name)
    rows = InstitutionAlias.objects.filter(search_text=wanted, institution__merged_into=None).select_related("institution") if wanted else []
    found = {row.institution_id: row.institution for row in rows}
    if len(found) == 1 and not any(row.ambiguous for row in rows):
        return next(iter(found.values())), ""
    if found:
        return None, _("“%(name)s” may be: %(names)s.") % {"name": name, "names": "、".join(sorted(i.name for i in found.values())[:5])}
    return None, _("No institution goes by the name “%(name)s”.") % {"name": name}


def named(text: str, limit: int = 300) -> QuerySet[Institution]:
    """The institutions that the one search of the house finds, as a queryset for lists to filter by."""
    return Institution.objects.filter(pk__in=[found.pk for found in search_institutions(text, limit=limit)])


def search_institutions(text: str, limit: int = 20) -> list[Institution]:
    """The institutions that go by `text`, best first: exact name, “<text>大学”, beginning, part, then pinyin and initials; among equals the members first.

    An ambiguous short name returns all who use it; the caller never picks for the person. Empty for less than one Chinese character.
    """
    wanted = normalise(text)
    matches = _matches(wanted)
    if matches is None:
        return list(Institution.objects.filter(moe_code__contains=wanted, merged_into=None)[:limit]) if _is_code(wanted) else []
    rank = Case(
        When(search_text=wanted, then=Value(0)),
        When(initials=wanted, then=Value(1)),
        When(search_text__in=[f"{wanted}{ending}" for ending in ENDINGS], kind=AliasKind.OFFICIAL, then=Value(2)),
        When(search_text__startswith=wanted, kind=AliasKind.OFFICIAL, then=Value(3)),
        When(search_text__startswith=wanted, then=Value(4)),
        When(pinyin__startswith=wanted, then=Value(5)),
        When(search_text__contains=wanted, then=Value(6)),
        default=Value(7),
        output_field=IntegerField(),
    )
    member = Exists(Membership.objects.filter(institution=OuterRef("institution"), status__in=PRESENT))
    rows = InstitutionAlias.objects.filter(matches).annotate(rank=rank, member=member).order_by("rank", "-member", "name")
    best = list(dict.fromkeys(rows.values_list("institution_id", flat=True)[: limit * 4]))[:limit]
    found = Institution.objects.in_bulk(best)
    return [found[pk] for pk in best]


def count_institutions(text: str) -> int:
    """How many institutions go by `text`, so that a list of the first few can say so."""
    wanted = normalise(text)
    matches = _matches(wanted)
    if matches is None:
        return Institution.objects.filter(moe_code__contains=wanted, merged_into=None).count() if _is_code(wanted) else 0
    return InstitutionAlias.objects.filter(matches).order_by().values("institution").distinct().count()


def _is_code(wanted: str) -> bool:
    return wanted.isdecimal() and len(wanted) >= CODE_DIGITS


def _matches(wanted: str) -> Q | None:
    """The condition on names; None for a code, and for what is too short to look for."""
    if not wanted or (wanted.isascii() and len(wanted) < MIN_LETTERS) or _is_code(wanted):
        return None
    matches = Q(search_text__contains=wanted)
    if wanted.isascii():
        matches |= Q(pinyin__startswith=wanted) | Q(initials__startswith=wanted)
        if len(wanted) > MIN_LETTERS + 1:
            matches |= Q(pinyin__contains=wanted)
    return matches
