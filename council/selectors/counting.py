"""The votes themselves, for closing and verifying only. Pages, documents and mails ask `council.selectors.tally`."""

import hashlib
import json

from django.db.models import Count

from council.enums import Choice, Office
from council.models import Motion, Proxy


def counts(motion: Motion) -> dict[str, int]:
    """The votes on a motion by choice: named votes, or the papers in the urn."""
    rows = [*motion.votes.values_list("choice").annotate(n=Count("pk")), *motion.papers.order_by().values_list("choice").annotate(n=Count("pk"))]
    return {choice: sum(n for given, n in rows if given == choice) for choice in Choice.values}


def motion_counts(motion: Motion, seats: int) -> dict[str, int]:
    """What the votes on a motion come to, as `decide` takes it."""
    votes = counts(motion)
    return {
        "seats": seats,
        "recused": motion.recusals.count(),
        "votes_for": votes["for"],
        "votes_against": votes["against"],
        "abstentions": votes["abstain"],
    }


def chairs_vote(motion: Motion) -> str:
    """What the seat voted that was the chair's when the ballot opened; "" for nothing, or where nobody can know."""
    return motion.votes.filter(elector__office=Office.CHAIR).values_list("choice", flat=True).first() or ""


def digest_of(motion: Motion, numbers: dict[str, int], *, with_proxies: bool = True) -> str:
    """SHA-256 over electorate, proxies, recusals, votes (by receipt) and counts of a motion; printed in the minutes, recomputed by `verify_ballot`.

    `with_proxies=False`: as digests were made before they covered proxies.
    """
    proxies = sorted(Proxy.objects.filter(giver__ballot=motion.ballot_id).values_list("giver_id", "holder_id")) if with_proxies else []
    content = {
        "counts": numbers,
        "electorate": list(motion.ballot.electors.order_by("pk").values_list("pk", "institution_id", "person_id")),
        "recused": sorted(motion.recusals.values_list("elector_id", flat=True)),
        "took_part": sorted(motion.participations.values_list("elector_id", flat=True)),
        "votes": sorted(motion.votes.values_list("receipt", "elector_id", "choice", "dossier")),
        "papers": sorted(motion.papers.values_list("receipt", "choice")),
        # Only where there are any, so that digests of ballots without them stay what they were.
        **({"proxies": proxies} if proxies else {}),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
