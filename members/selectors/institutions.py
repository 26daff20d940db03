"""Finding institutions by any name a person or a bank writes."""

from django.db.models import Case, IntegerField, Q, Value, When

from members.enums import AliasKind
from members.models import Institution, InstitutionAlias
from members.names import normalise

MIN_LETTERS = 2
# The ministry's code, or the last five digits of it that universities know by heart.
CODE_DIGITS = 5


def search_institutions(text: str, limit: int = 20) -> list[Institution]:
    """The institutions that go by `text`, best first: exact name, beginning, part, then pinyin and initials.

    An ambiguous short name returns all who use it; the caller never picks for the person. Empty for less than one Chinese character.
    """
    wanted = normalise(text)
    if not wanted or (wanted.isascii() and len(wanted) < MIN_LETTERS):
        return []
    if wanted.isdecimal() and len(wanted) >= CODE_DIGITS:
        return list(Institution.objects.filter(moe_code__contains=wanted, merged_into=None)[:limit])
    matches = Q(search_text__contains=wanted)
    if wanted.isascii():
        matches |= Q(pinyin__startswith=wanted) | Q(initials__startswith=wanted)
        if len(wanted) > MIN_LETTERS + 1:
            matches |= Q(pinyin__contains=wanted)
    rank = Case(
        When(search_text=wanted, then=Value(0)),
        When(initials=wanted, then=Value(1)),
        When(search_text__startswith=wanted, kind=AliasKind.OFFICIAL, then=Value(2)),
        When(search_text__startswith=wanted, then=Value(3)),
        When(pinyin__startswith=wanted, then=Value(4)),
        When(search_text__contains=wanted, then=Value(5)),
        default=Value(6),
        output_field=IntegerField(),
    )
    rows = InstitutionAlias.objects.filter(matches).annotate(rank=rank).order_by("rank", "name").values_list("institution_id", flat=True)
    best = list(dict.fromkeys(rows[: limit * 4]))[:limit]
    found = Institution.objects.in_bulk(best)
    return [found[pk] for pk in best]
