"""States and kinds of the council."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Office(models.TextChoices):
    """The office of a seat."""

    CHAIR = "chair", _("Chair")
    VICE_CHAIR = "vice_chair", _("Vice chair")
    STANDING = "standing", _("Standing council member")
    MEMBER = "member", _("Council member")


class MajorityBase(models.TextChoices):
    """Of what the majority is counted."""

    CAST = "cast", _("of votes for and against")
    TAKING_PART = "taking_part", _("of those taking part")
    SEATS = "seats", _("of all seats entitled to vote")


class BallotStatus(models.TextChoices):
    """Where a ballot stands."""

    DRAFT = "draft", _("Draft")
    OPEN = "open", pgettext_lazy("state of a ballot", "Open")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class Electorate(models.TextChoices):
    """Who votes in a body."""

    SEATS = "seats", _("Its seats")
    MEMBERS = "members", _("Each member unit, one vote")


class TieRule(models.TextChoices):
    """What happens when exactly half are for."""

    REJECTED = "rejected", _("the motion fails")
    CHAIR = "chair", _("the chair's vote decides")


class Held(models.TextChoices):
    """How the votes were given."""

    CORRESPONDENCE = "letters", _("In the browser")
    MEETING = "meeting", _("In a meeting, on paper")


B = BallotStatus
# A draft closes at once only when the result of a meeting is entered; a trigger sees to it.
BALLOT_TRANSITIONS = {B.DRAFT: {B.OPEN, B.CLOSED, B.CANCELLED}, B.OPEN: {B.CLOSED, B.CANCELLED}, B.CLOSED: set(), B.CANCELLED: set()}


class MotionKind(models.TextChoices):
    """What is voted on."""

    ADMIT = "admit", _("Admission of a university")
    DEPART = "depart", _("Leaving or removal of a member")
    TIER = "tier", _("Change of tier")
    TEXT = "text", _("Text of its own")


class Choice(models.TextChoices):
    """What one can vote."""

    FOR = "for", _("For")
    AGAINST = "against", _("Against")
    ABSTAIN = "abstain", _("Abstain")


class Outcome(models.TextChoices):
    """What became of a motion."""

    PASSED = "passed", _("Passed")
    REJECTED = "rejected", _("Rejected")
    NO_QUORUM = "no_quorum", _("No decision: no quorum")


class DigestForm(models.IntegerChoices):
    """What the digest of a result is over."""

    UNKNOWN = 1, _("electorate, recusals and votes; proxies perhaps")
    WITH_PROXIES = 2, _("electorate, proxies, recusals and votes")
