"""Messages to council members. None carries a count or a choice: whoever reads the mail may be recused, and mails are passed on."""

from django.conf import settings
from django.urls import reverse

from alliance.common.outbox import queue
from council.models import Ballot, Elector, Proxy, RevokedProxy
from council.selectors.electorate import undecided_electors
from members.models import Person


def ballot_link(ballot: Ballot) -> str:
    """The voting page. Opening it never votes: mail scanners follow links."""
    return settings.SITE_URL + reverse("council:ballot", args=[ballot.pk])


def address_of(elector: Elector) -> str:
    """Where to write about a place in the electorate: to the holder of its proxy, or else to its person; "" for nowhere."""
    proxy = getattr(elector, "proxy_given", None)
    return (proxy.holder.person.email if proxy else elector.person.email) or ""


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


def ballot_extended(ballot: Ballot) -> None:
    """To those with a vote left: there is more time."""
    for elector in undecided_electors(ballot):
        if address_of(elector):
            context = {"ballot": ballot, "elector": elector, "link": ballot_link(ballot)}
            key = f"ballot-extended:{ballot.pk}:{ballot.closes_at.isoformat()}"
            queue("council/mail/ballot_extended", to=address_of(elector), cause=ballot, key=key, context=context)


def ballot_cancelled(ballot: Ballot) -> None:
    """To every elector: it was stopped, and why; no votes were counted."""
    for elector in ballot.electors.select_related("person"):
        if elector.person.email:
            queue("council/mail/ballot_cancelled", to=elector.person.email, cause=ballot, context={"ballot": ballot, "elector": elector})


def proxy_given(proxy: Proxy) -> None:
    """To both sides: who votes for whom, and where."""
    ballot, key = proxy.giver.ballot, f"proxy-given:{proxy.pk}"
    for person in (proxy.holder.person, proxy.giver.person):
        if person.email:
            link = ballot_link(ballot) + (f"?for={proxy.giver_id}" if person == proxy.holder.person else "")
            context = {"ballot": ballot, "proxy": proxy, "person": person, "is_holder": person == proxy.holder.person, "link": link}
            queue("council/mail/proxy_given", to=person.email, cause=ballot, key=key, context=context)


def proxy_revoked(revoked: RevokedProxy) -> None:
    """To both sides: the unit votes itself again."""
    ballot, key = revoked.giver.ballot, f"proxy-revoked:{revoked.pk}"
    for person in (revoked.holder.person, revoked.giver.person):
        if person.email:
            context = {"ballot": ballot, "revoked": revoked, "person": person, "link": ballot_link(ballot)}
            queue("council/mail/proxy_revoked", to=person.email, cause=ballot, key=key, context=context)


def ballot_closed(ballot: Ballot) -> None:
    """To every elector: it is decided; the numbers stand behind the sign-in, where the recused see none."""
    for elector in ballot.electors.select_related("person"):
        if elector.person.email:
            queue(
                "council/mail/ballot_closed", to=elector.person.email, cause=ballot, context={"ballot": ballot, "elector": elector, "link": ballot_link(ballot)}
            )
