"""Messages to council members."""

from django.conf import settings
from django.urls import reverse

from alliance.common.outbox import queue
from council.models import Ballot, Elector


def ballot_link(ballot: Ballot) -> str:
    """The voting page. Opening it never votes: mail scanners follow links."""
    return settings.SITE_URL + reverse("council:ballot", args=[ballot.pk])


def ballot_opened(ballot: Ballot, elector: Elector) -> None:
    """Please vote, until when, where."""
    if elector.person.email:
        queue(
            "council/mail/ballot_opened",
            to=elector.person.email,
            cause=ballot,
            context={"ballot": ballot, "elector": elector, "motions": list(ballot.motions.all()), "link": ballot_link(ballot)},
        )
