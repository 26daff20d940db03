"""Whom a mailing goes to, and who is left out and why: from conditions, as of now."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from alliance.common.clock import today
from alliance.common.models.outbox import OutboxState
from fees.models import Invoice
from fees.selectors.standing import beyond_grace
from meetings.enums import SEATED, RegistrationStatus
from meetings.models import Registration
from members.enums import MembershipStatus, Ownership, PersonRole
from members.models import Affiliation, Institution, Membership, MembershipTier, Person, in_force
from notices.enums import Presence, Standing, UnitKind
from notices.models import Acknowledgement, MailChoice, Recipient

Conditions = dict[str, Any]
LOCAL = Q(institution__is_985=False, institution__is_211=False, institution__is_double_first_class=False, institution__ownership=Ownership.PUBLIC)
KINDS = {
    UnitKind.IS_985: Q(institution__is_985=True),
    UnitKind.IS_211: Q(institution__is_211=True),
    UnitKind.DOUBLE: Q(institution__is_double_first_class=True),
    UnitKind.LOCAL: LOCAL,
    UnitKind.PRIVATE: Q(institution__ownership=Ownership.PRIVATE),
    UnitKind.COOPERATIVE: Q(institution__ownership__in=[Ownership.COOPERATIVE, Ownership.FOREIGN]),
}


@dataclass(frozen=True)
class Addressee:
    """Somebody who gets the mail, for which unit, and as what."""

    person: Person
    institution: Institution | None
    why: str

    @property
    def email(self) -> str:
        """The address as it is compared."""
        return self.person.email.strip().lower()


@dataclass(frozen=True)
class LeftOut:
    """A unit (or one of its people) that gets no mail, with the reason in words."""

    who: str
    reason: str


@dataclass(frozen=True)
class Resolved:
    """The list, in the order of the units' names, and what is not on it."""

    addressees: list[Addressee]
    left_out: list[LeftOut]
    units: int


def units_of(conditions: Conditions) -> QuerySet[Membership]:
    """The memberships that the conditions name. Without any: everybody in the register today."""
    rows = Membership.objects.filter(_standing(conditions.get("standing") or [])).select_related("institution")
    if kinds := conditions.get("kinds"):
        wanted = Q()
        for kind in kinds:
            wanted |= KINDS[UnitKind(kind)]
        rows = rows.filter(wanted)
    if provinces := conditions.get("provinces"):
        rows = rows.filter(institution__province__in=provinces)
    if tiers := conditions.get("tiers"):
        rows = rows.filter(pk__in=_in_tiers(tiers))
    if since := conditions.get("joined_from"):
        rows = rows.filter(joined_on__gte=since)
    if until := conditions.get("joined_until"):
        rows = rows.filter(joined_on__lte=until)
    if owes := conditions.get("owes"):
        debtors = Invoice.objects.open().values("institution")
        rows = rows.filter(institution__in=debtors) if owes == "yes" else rows.exclude(institution__in=debtors)
    if notice := conditions.get("not_acknowledged"):
        rows = rows.exclude(institution__in=Acknowledgement.objects.filter(notice=notice).values("institution"))
    if (meeting := conditions.get("meeting")) and conditions.get("presence") == Presence.NOT_REGISTERED:
        rows = rows.exclude(institution__in=Registration.objects.filter(meeting=meeting, status__in=SEATED).values("institution"))
    return rows.order_by("institution__name")


def _standing(wanted: list[str]) -> Q:
    late = beyond_grace(today()).order_by().values("membership")
    choices = {
        Standing.GOOD: Q(status=MembershipStatus.ACTIVE) & ~Q(pk__in=late),
        Standing.ARREARS: Q(status=MembershipStatus.ACTIVE, pk__in=late),
        Standing.SUSPENDED: Q(status=MembershipStatus.SUSPENDED),
        Standing.PENDING: Q(status=MembershipStatus.PENDING_PAYMENT),
    }
    found = Q()
    for standing in wanted or [Standing.GOOD, Standing.ARREARS, Standing.SUSPENDED]:
        found |= choices[Standing(standing)]
    return found


def _in_tiers(tiers: Iterable[int]) -> list[int]:
    """The memberships whose tier of this year is one of these: the latest row counts."""
    latest = dict(MembershipTier.objects.filter(from_year__lte=today().year).order_by("from_year").values_list("membership", "tier"))
    return [membership for membership, tier in latest.items() if tier in set(tiers)]


def resolve(conditions: Conditions, *, voluntary: bool = False) -> Resolved:
    """The list of a mailing as of now, in a fixed number of queries.

    `conditions`: see units_of; roles (default: liaison); meeting with presence; with_units, with_people (added), without_units, without_people (taken out);
    recipients_of (earlier mailings) with silent or reached. `voluntary`: who declines such mails is left out.
    """
    found = _of_mailing(conditions) if conditions.get("recipients_of") else _of_conditions(conditions)
    return _sieved(found, conditions, voluntary=voluntary)


def _of_mailing(conditions: Conditions) -> tuple[list[Addressee], list[LeftOut], int]:
    """Those who got earlier mailings; with `silent`, only where the unit has not acknowledged; with `reached`, without those whose mail was held back."""
    rows = (
        Recipient.objects.with_fate()
        .filter(release__in=conditions["recipients_of"])
        .select_related("person", "institution")
        .order_by("institution__name", "pk")
    )
    if conditions.get("reached"):
        rows = rows.exclude(message=None).exclude(message__state=OutboxState.HELD)
    kept = [row for row in rows if row.person and not (conditions.get("silent") and row.has_acknowledged)]  # type: ignore[attr-defined]
    return [Addressee(row.person, row.institution, row.why) for row in kept if row.person], [], len({row.institution_id for row in kept})


def _of_conditions(conditions: Conditions) -> tuple[list[Addressee], list[LeftOut], int]:
    roles = conditions.get("roles") or [PersonRole.LIAISON]
    without = set(conditions.get("without_units") or [])
    memberships = list(units_of(conditions))
    institutions = {membership.institution_id: membership.institution for membership in memberships}
    institutions |= {one.pk: one for one in Institution.objects.filter(pk__in=conditions.get("with_units") or [])}
    left = [LeftOut(str(institutions[pk]), _("taken out by hand")) for pk in without if pk in institutions]
    institutions = {pk: one for pk, one in institutions.items() if pk not in without}
    if conditions.get("meeting") and conditions.get("presence") in {Presence.REGISTERED, Presence.ATTENDED}:
        found = _of_meeting(conditions, institutions)
    else:
        found = _of_roles(roles, institutions)
        reached = {one.institution.pk for one in found if one.institution}
        missing = [one for pk, one in institutions.items() if pk not in reached]
        left += [LeftOut(str(one), _("nobody there has this role")) for one in missing]
    found += [Addressee(person, None, _("added by hand")) for person in Person.objects.filter(pk__in=conditions.get("with_people") or [])]
    return found, left, len(institutions)


def _of_roles(roles: list[str], institutions: dict[int, Institution]) -> list[Addressee]:
    rows = Affiliation.objects.filter(in_force(today()), institution__in=institutions, role__in=roles)
    rows = rows.select_related("person").order_by("institution__name", "role", "person__name")
    return [Addressee(row.person, institutions[row.institution_id], row.get_role_display()) for row in rows]


def _of_meeting(conditions: Conditions, institutions: dict[int, Institution]) -> list[Addressee]:
    states = [RegistrationStatus.ATTENDED] if conditions["presence"] == Presence.ATTENDED else sorted(SEATED)
    rows = Registration.objects.filter(meeting=conditions["meeting"], status__in=states, institution__in=institutions).select_related("person", "meeting")
    return [Addressee(row.person, institutions[row.institution_id], str(row.meeting)[:80]) for row in rows.order_by("institution__name", "pk")]


def _sieved(found: tuple[list[Addressee], list[LeftOut], int], conditions: Conditions, *, voluntary: bool) -> Resolved:
    """Each address once; out go those taken out by hand, without an address, whose address does not exist, and who decline."""
    everybody, left, units = found
    people = {one.person.pk for one in everybody}
    declined = set(MailChoice.objects.filter(person__in=people, declines_voluntary=True).values_list("person_id", flat=True)) if voluntary else set()
    without = set(conditions.get("without_people") or [])
    kept: dict[str, Addressee] = {}
    for one in everybody:
        reason = ""
        if one.person.pk in without:
            reason = _("taken out by hand")
        elif not one.email:
            reason = _("no e-mail address")
        elif is_dead(one.person):
            reason = _("the address does not exist (returned mail)")
        elif one.person.pk in declined:
            reason = _("does not want voluntary mails")
        if reason:
            left.append(LeftOut(f"{one.institution or ''} {one.person}".strip(), reason))
        else:
            kept.setdefault(one.email, one)
    return Resolved(list(kept.values()), left, units)


def is_dead(person: Person) -> bool:
    """Whether mail to the person's address came back for good."""
    return bool(getattr(person, "email_dead_since", None))
