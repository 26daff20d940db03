"""States and kinds, with the tables of allowed steps beside them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Roles that are given to staff. Council members and liaisons have theirs by seat and by unit."""

    SECRETARIAT = "secretariat", _("Secretariat")
    FINANCE = "finance", _("Finance")


class PersonRole(models.TextChoices):
    """What a person is for a unit."""

    HEAD = "head", _("Head of the centre")
    LIAISON = "liaison", _("Liaison")
    FINANCE = "finance", _("Finance contact")
    DELEGATE = "delegate", _("Delegate")
    VOTER = "voter", _("Votes in the general assembly")


class AliasKind(models.TextChoices):
    """What kind of name this is."""

    OFFICIAL = "official", _("Official name")
    FORMER = "former", _("Former name")
    SHORT = "short", _("Short name")
    ENGLISH = "english", _("English name")


class Level(models.TextChoices):
    """The ministry's 办学层次."""

    UNDERGRADUATE = "undergraduate", _("Undergraduate")
    COLLEGE = "college", _("Junior college")


class Ownership(models.TextChoices):
    """From the ministry's remark; an empty remark means public."""

    PUBLIC = "public", _("Public")
    PRIVATE = "private", _("Private")
    COOPERATIVE = "cooperative", _("Sino-foreign or mainland–Hong Kong/Macao cooperation")
    FOREIGN = "foreign", _("Foreign institution in the Hainan Free Trade Port")


class ApplicationStatus(models.TextChoices):
    """Where an application to join stands."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned for correction")
    SCREENED = "screened", _("Passed to the council")
    BALLOTED = "balloted", _("Being voted on")
    APPROVED = "approved", _("Approved, payment due")
    ADMITTED = "admitted", _("Admitted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")


A = ApplicationStatus
APPLICATION_OPEN = frozenset({A.DRAFT, A.SUBMITTED, A.RETURNED, A.SCREENED, A.BALLOTED, A.APPROVED})
WITH_APPLICANT = frozenset({A.DRAFT, A.RETURNED})
APPLICATION_TRANSITIONS = {
    A.DRAFT: {A.SUBMITTED, A.WITHDRAWN, A.EXPIRED},
    A.SUBMITTED: {A.RETURNED, A.SCREENED, A.DECLINED, A.WITHDRAWN},
    A.RETURNED: {A.SUBMITTED, A.WITHDRAWN, A.EXPIRED},
    # Once passed to the council, only the council decides.
    A.SCREENED: {A.BALLOTED, A.WITHDRAWN},
    A.BALLOTED: {A.APPROVED, A.DECLINED, A.SCREENED},
    A.APPROVED: {A.ADMITTED, A.WITHDRAWN},
    A.ADMITTED: set(),
    A.DECLINED: set(),
    A.WITHDRAWN: set(),
    A.EXPIRED: set(),
}


class MembershipStatus(models.TextChoices):
    """Where a membership stands. Good standing is derived, never stored."""

    PENDING_PAYMENT = "pending_payment", _("Awaiting payment")
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    ENDED = "ended", _("Ended")


M = MembershipStatus
MEMBERSHIP_OPEN = frozenset({M.PENDING_PAYMENT, M.ACTIVE, M.SUSPENDED})
MEMBERSHIP_TRANSITIONS = {
    M.PENDING_PAYMENT: {M.ACTIVE, M.ENDED},
    M.ACTIVE: {M.SUSPENDED, M.ENDED},
    M.SUSPENDED: {M.ACTIVE, M.ENDED},
    M.ENDED: set(),
}


class EndedHow(models.TextChoices):
    """How a membership ended."""

    WITHDRAWN = "withdrawn", _("Left")
    REMOVED = "removed", _("Removed")
    MERGED = "merged", _("Institution merged")
    LAPSED = "lapsed", _("Never paid")


class DepartureKind(models.TextChoices):
    """Leaving, or being removed."""

    LEAVE = "leave", _("Leaving at the unit's wish")
    REMOVAL = "removal", _("Removal")


class DepartureStatus(models.TextChoices):
    """Where a departure stands."""

    SUBMITTED = "submitted", _("Submitted")
    SCREENED = "screened", _("Passed to the council")
    BALLOTED = "balloted", _("Being voted on")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn by the unit")


D = DepartureStatus
DEPARTURE_OPEN = frozenset({D.SUBMITTED, D.SCREENED, D.BALLOTED})
DEPARTURE_TRANSITIONS = {
    D.SUBMITTED: {D.SCREENED, D.DECLINED, D.WITHDRAWN},
    # A council that met on paper decides without a ballot of ours.
    D.SCREENED: {D.BALLOTED, D.APPROVED, D.DECLINED, D.WITHDRAWN},
    D.BALLOTED: {D.APPROVED, D.DECLINED, D.SCREENED},
    D.APPROVED: set(),
    D.DECLINED: set(),
    D.WITHDRAWN: set(),
}


class QuestionKind(models.TextChoices):
    """How a question is answered."""

    SHORT = "short", _("One line")
    LONG = "long", _("Several lines")
    NUMBER = "number", _("Number")
    CHOICE = "choice", _("One of several")
    YES_NO = "yes_no", _("Yes or no")


class ConsentKind(models.TextChoices):
    """What is agreed to, each by a box of its own."""

    CHARTER = "charter", _("Charter")
    PRIVACY = "privacy", _("Personal data")


class CheckOutcome(models.TextChoices):
    """A screener's mark on a point of the checklist."""

    YES = "yes", _("In order")
    NO = "no", _("Not in order")
    NOT_APPLICABLE = "na", _("Does not apply")


class InvoiceType(models.TextChoices):
    """The kind of fapiao a unit asks for."""

    ORDINARY = "ordinary", _("Ordinary VAT invoice")
    SPECIAL = "special", _("Special VAT invoice")
