"""Kinds and states of meetings."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MeetingKind(models.TextChoices):
    """The kinds that the notice names. What a kind is worth stands in its offers, not in code."""

    QUARTERLY = "quarterly", _("Quarterly project meeting")
    COUNCIL = "council", _("Council assembly")
    WORKSHOP = "workshop", _("Directors' workshop")
    COMMUNITY = "community", _("Developers' community")
    FORUM = "forum", _("Presidents' forum")
    INNOVATORS = "innovators", _("Innovators' conference")
    TRAINING = "training", _("Training programme")
    SEMINAR = "seminar", _("Project seminar")
    SECRETARIAT = "secretariat", _("Secretariat meeting")


class MeetingStatus(models.TextChoices):
    """Where a meeting stands."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    HELD = "held", _("Held")
    CANCELLED = "cancelled", _("Cancelled")


S = MeetingStatus
MEETING_TRANSITIONS = {S.DRAFT: {S.PUBLISHED, S.CANCELLED}, S.PUBLISHED: {S.HELD, S.CANCELLED}, S.HELD: set(), S.CANCELLED: set()}


class RegistrationStatus(models.TextChoices):
    """Where a registration stands."""

    CONFIRMED = "confirmed", _("Confirmed")
    PENDING_PAYMENT = "unpaid", _("Held, awaiting payment")
    WAITLISTED = "waitlisted", _("On the waiting list")
    OFFERED = "offered", _("Place offered, to be accepted")
    REPLACED = "replaced", _("Replaced by a colleague")
    CANCELLED = "cancelled", _("Cancelled")
    ATTENDED = "attended", _("Attended")
    ABSENT = "absent", _("Absent")


R = RegistrationStatus
REGISTRATION_TRANSITIONS = {
    R.WAITLISTED: {R.CONFIRMED, R.PENDING_PAYMENT, R.OFFERED, R.CANCELLED},
    R.OFFERED: {R.CONFIRMED, R.PENDING_PAYMENT, R.CANCELLED},
    R.PENDING_PAYMENT: {R.CONFIRMED, R.CANCELLED, R.REPLACED},
    R.CONFIRMED: {R.CANCELLED, R.REPLACED, R.ATTENDED, R.ABSENT},
    R.ATTENDED: {R.CONFIRMED, R.ABSENT},
    R.ABSENT: {R.ATTENDED},
    R.CANCELLED: set(),
    R.REPLACED: set(),
}
# These take a seat and, where the offer says so, use the allowance.
SEATED = frozenset({R.CONFIRMED, R.PENDING_PAYMENT, R.OFFERED, R.ATTENDED, R.ABSENT})
LIVE = SEATED | {R.WAITLISTED}
# Born so; the rest follows by a step.
BORN = frozenset({R.CONFIRMED, R.PENDING_PAYMENT, R.WAITLISTED})


class Audience(models.TextChoices):
    """Who may take an offer."""

    MEMBERS = "members", _("Member units")
    OTHERS = "others", _("Units that are not members")
    NOMINEES = "nominees", _("Nominees who were confirmed")
    PUBLIC = "public", _("Everybody")


class PriceKind(models.TextChoices):
    """What a price is called. What it costs stands beside it."""

    FREE = "free", _("Free of charge")
    EARLY_BIRD = "early", _("Early-bird price")
    AGREEMENT = "agreement", _("Agreement price")
    FULL = "full", _("Full price")


class NominationStatus(models.TextChoices):
    """Where a nomination stands."""

    PROPOSED = "proposed", _("Proposed")
    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Not confirmed")
    WITHDRAWN = "withdrawn", _("Withdrawn by the unit")


N = NominationStatus
NOMINATION_TRANSITIONS = {N.PROPOSED: {N.CONFIRMED, N.DECLINED, N.WITHDRAWN}, N.CONFIRMED: {N.WITHDRAWN}, N.DECLINED: {N.CONFIRMED}, N.WITHDRAWN: set()}


class RequestStatus(models.TextChoices):
    """Where a registration that somebody asked for by a link stands."""

    UNPROVED = "unproved", _("Address not yet confirmed")
    WAITING = "waiting", _("Waits for the liaison")
    ACCEPTED = "accepted", _("Registered")
    REFUSED = "refused", _("Refused")


Q = RequestStatus
REQUEST_TRANSITIONS = {Q.UNPROVED: {Q.ACCEPTED, Q.REFUSED}, Q.WAITING: {Q.ACCEPTED, Q.REFUSED}, Q.ACCEPTED: set(), Q.REFUSED: set()}


class Topic(models.TextChoices):
    """What an extra question is about, so that caterers and hotels get numbers."""

    DIET = "diet", _("Diet")
    LODGING = "lodging", _("Lodging")
    ROOM = "room", _("Room sharing")
    ARRIVAL = "arrival", _("Arrival")
    INVOICE = "invoice", _("Invoice title")
    OTHER = "other", _("Other")
