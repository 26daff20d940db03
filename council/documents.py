"""Minutes of a ballot, and the letter that says so."""

from alliance.common.documents import render_pdf
from alliance.common.outbox import attachment_maker
from council.models import Ballot, Elector
from council.selectors.ballots import visible_result
from members.models import Application


def minutes(ballot: Ballot, reader: Elector | None = None) -> bytes:
    """The result of a closed ballot as PDF: rules, attendance, recusals, counts and outcome of each motion, place for signatures.

    For a `reader` who is recused from a motion its counts and votes are left out. A secret ballot shows who took part, not how.
    """
    electors = list(
        ballot.electors.prefetch_related("votes__motion", "recusals__motion", "participations__motion").select_related("institution", "person", "seat")
    )
    motions = list(
        ballot.motions.select_related("result", "application__institution").prefetch_related("votes__elector__institution", "recusals__elector__institution")
    )
    hidden = {motion.pk for motion in motions if visible_result(motion, reader) is None}
    context = {"ballot": ballot, "electors": electors, "motions": motions, "hidden": hidden, "secret": bool(ballot.procedure and ballot.procedure.secret)}
    return render_pdf("council/pdf/minutes.html", context)


@attachment_maker("council.approval_letter")
def approval_letter(pk: str) -> bytes:
    """The letter to a university that the council has admitted (R1), as PDF. Raises DoesNotExist."""
    application = Application.objects.select_related("institution", "membership").get(pk=pk)
    motion = application.motions.filter(result__outcome="passed").select_related("ballot__body", "result").latest("pk")
    return render_pdf("council/pdf/approval_letter.html", {"application": application, "motion": motion, "membership": application.membership})
