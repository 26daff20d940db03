"""What the domain of meetings refuses."""

from django.utils.translation import gettext_lazy as _

from alliance.common.exceptions import DomainError


class RegistrationClosed(DomainError):
    """Not yet, or no longer, or never published."""

    message = _("Registration for this meeting is not open.")


class AlreadyRegistered(DomainError):
    """A person comes once."""

    message = _("This person is already registered for this meeting.")


class NoOffer(DomainError):
    """The unit fits none of the offers."""

    message = _("Your unit cannot register for this meeting at the moment: a place needs an active membership without overdue fees.")


class UnitFull(DomainError):
    """All places of the unit are taken."""


class OfferFull(DomainError):
    """All places of the offer are taken."""

    message = _("All places on these terms are taken.")


class NoFreeMeetingLeft(DomainError):
    """The yearly allowance is used up."""


class MeetingFull(DomainError):
    """No place left at all."""

    message = _("The meeting is full.")


class TooLate(DomainError):
    """The time in which this could be done has passed."""

    message = _("The time for this has passed. Please write to the secretariat.")


class ReasonMissing(DomainError):
    """What staff do against the rules of an offer needs a reason."""

    message = _("Say why. The reason is recorded.")
    field = "reason"


class PriceMissing(DomainError):
    """An offer whose price is not known cannot be opened."""


class MorePlacesTaken(DomainError):
    """Fewer places than are taken."""

    message = _("More places than that are taken already. Cancel registrations first.")


class SessionFull(DomainError):
    """No place left in a session."""


class SessionsOverlap(DomainError):
    """One cannot sit in two rooms."""

    message = _("Two of the sessions chosen take place at the same time.")


class NominationsUsedUp(DomainError):
    """The unit has named as many as it may."""

    message = _("Your unit has nominated as many people as this offer allows.")


class NominationsClosed(DomainError):
    """No nominations, or not now."""

    message = _("Nominations for this meeting are not open.")


class LinkClosed(DomainError):
    """The unit's liaison has closed the link."""

    message = _("This link is no longer in use. Please ask your unit's liaison.")
