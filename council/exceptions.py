"""What can go wrong in the council."""

from django.utils.translation import gettext_lazy as _

from alliance.common.exceptions import DomainError


class CannotOpen(DomainError):
    """Something is missing."""


class ProxyUsed(DomainError):
    """Too late to take it back."""

    message = _("The proxy was used already, or the vote is over; it can no longer be taken back.")


class ProxyRefused(DomainError):
    """Not this one."""

    message = _("This proxy is not possible: the rules must allow it, neither side may have given or hold another, and the giver must not have voted.")


class PaperGone(DomainError):
    """What was kept while the letters were looked at has been swept meanwhile."""

    message = _("The file you sent is no longer kept: the page was open for more than a day. Choose it again.")
