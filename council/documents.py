"""Minutes of a ballot."""

from alliance.common.documents import render_pdf
from council.models import Ballot


def minutes(ballot: Ballot) -> bytes:
    """The result of a closed ballot as PDF: rules, attendance, recusals, counts and outcome of each motion, place for signatures."""
    electors = list(ballot.electors.prefetch_related("votes__motion", "recusals__motion").select_related("institution", "person", "seat"))
    motions = list(
        ballot.motions.select_related("result", "application__institution").prefetch_related("votes__elector__institution", "recusals__elector__institution")
    )
    return render_pdf("council/pdf/minutes.html", {"ballot": ballot, "electors": electors, "motions": motions})
