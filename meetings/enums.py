"""Kinds and states of meetings."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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


class CheckInWay(models.TextChoices):
    """How somebody was let in."""

    QR = "qr", _("Ticket scanned")
    SEARCH = "search", _("Found by name")
    WALK_IN = "walk_in", _("Came without a registration")
    PAPER = "paper", _("From the sign-in sheet")
    OFFLINE = "offline", _("Without a network, sent later")


class Readers(models.TextChoices):
    """Who may read something of a meeting or a project."""

    PARTICIPANTS = "participants", _("Participants")
    MEMBERS = "members", _("Member units")
    EVERYBODY = "everybody", _("Everybody who may know of the meeting")


class MaterialKind(models.TextChoices):
    """What a file of a meeting is for."""

    BEFORE = "before", _("To prepare")
    AFTER = "after", _("Slides and papers")
    MINUTES = "minutes", _("Minutes")
    PHOTO = "photo", _("Photo")


class ProjectStatus(models.TextChoices):
    """Where a project of the alliance stands (R17)."""

    PLANNED = "planned", _("About to begin")
    RUNNING = "running", _("Under way")
    PAUSED = "paused", _("Paused")
    FINISHED = "finished", _("Finished")


class AnswerKind(models.TextChoices):
    """How a question of the feedback is answered."""

    SCALE = "scale", _("1 to 5")
    YES_NO = "yes_no", _("Yes or no")
    CHOICE = "choice", _("One of several")
    TEXT = "text", _("Free text")


class BadgeSize(models.TextChoices):
    """Badges as shops sell their covers."""

    CARD = "90x54", _("90 × 54 mm, ten a sheet")
    A7 = "105x74", _("105 × 74 mm (A7), eight a sheet")
    A6 = "105x148", _("105 × 148 mm (A6, to hang around the neck), four a sheet")


class Print(models.TextChoices):
    """What is printed for everybody at once."""

    BADGES = "badges", _("Badges")
    SIGN_IN = "sign-in", _("Sign-in sheet")
    CERTIFICATES = "certificates", _("Certificates of attendance")
    BY_UNIT = "certificates-zip", _("Certificates of attendance, a folder for each unit (ZIP)")


class PrintOrder(models.TextChoices):
    """How lists for the door are sorted."""

    UNIT = "unit", _("By unit, in the order of pinyin")
    NAME = "name", _("By name, in the order of pinyin")


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
# The place is theirs for certain: online link, papers, badge, entrance.
PLACED = frozenset({R.CONFIRMED, R.ATTENDED, R.ABSENT})
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
    ACCEPTED = "accepted", pgettext_lazy("state", "Registered")
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
