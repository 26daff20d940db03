"""Messages to council members."""

from django.conf import settings
from django.urls import reverse

from alliance.common.outbox import queue
from council.models import Ballot, Elector
from members.models import Person


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


def discussion_opened(ballot: Ballot, person: Person) -> None:
    """Please read and say what you think before the vote."""
    if person.email:
        link = settings.SITE_URL + reverse("council:discussion", args=[ballot.pk])
        context = {"ballot": ballot, "person": person, "motions": list(ballot.motions.all()), "link": link}
        queue("council/mail/discussion_opened", to=person.email, cause=ballot, context=context)


def ballot_closed(ballot: Ballot) -> None:
    """To every elector: it is decided; the numbers stand behind the sign-in, where the recused see none."""
    for elector in ballot.electors.select_related("person"):
        if elector.person.email:
            queue(
                "council/mail/ballot_closed", to=elector.person.email, cause=ballot, context={"ballot": ballot, "elector": elector, "link": ballot_link(ballot)}
            )
