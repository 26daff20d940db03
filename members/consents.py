"""What people agree to when they apply: the wording in force, as data with versions; ours of the first day until staff publish one."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.enums import ConsentKind
from members.models import ConsentText

# The version of the wording below.
FIRST_VERSION = "2026-11"
FIRST_WORDING = {
    ConsentKind.CHARTER: (_("Our unit accepts the charter of the alliance and applies to join."), ""),
    ConsentKind.PRIVACY: (
        _("The people named in this form agree that the secretariat keeps their names and contact data for running the membership."),
        _("They are used for nothing else, shown to the secretariat, finance and the council only, and deleted or corrected on request."),
    ),
}


@dataclass(frozen=True)
class Wording:
    """A sentence to agree to, and what explains it."""

    text: str | Promise
    details: str | Promise


def wordings_in_force() -> dict[str, Wording]:
    """By kind, the newest version of each."""
    newest = _newest()
    return {kind: Wording(newest[kind].text, newest[kind].details) if kind in newest else Wording(*FIRST_WORDING[kind]) for kind in ConsentKind}


def version_in_force() -> str:
    """What an application keeps beside the time of its consents: `2026-11`, or `charter 2, privacy 1` in short form once staff have published a wording."""
    newest = _newest()
    if not newest:
        return FIRST_VERSION
    return "-".join(f"{kind[:1]}{newest[kind].version if kind in newest else 0}" for kind in sorted(ConsentKind.values))


def _newest() -> dict[str, ConsentText]:
    # Ordered by version, so the newest of a kind wins.
    return {row.kind: row for row in ConsentText.objects.order_by("version")}
