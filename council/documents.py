"""Minutes of a ballot, and the letter that says so."""

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from alliance.common.documents import render_pdf
from alliance.common.outbox import attachment_maker
from council.enums import Held
from council.models import Ballot, Motion, Proxy
from council.selectors.tally import visible_comments, visible_result
from council.word import minutes_as_docx, minutes_of
from members.models import Application


def minutes(ballot: Ballot, reader: Any) -> bytes:
    """The result of a closed ballot as PDF: rules, attendance, recusals, counts and outcome of each motion, place for signatures.

    For a `reader` (user) who is recused from a motion its counts, its other recusals and who took part in it are left out. A secret ballot
    shows who took part, not how.
    """
    with translation.override(settings.LANGUAGE_CODE):
        return render_pdf("council/pdf/minutes.html", _content(ballot, reader))


def minutes_docx(ballot: Ballot, reader: Any) -> bytes:
    """The same minutes as DOCX, for the secretariat that puts them into its own paper; the same is left out for the same readers."""
    with translation.override(settings.LANGUAGE_CODE):
        return minutes_as_docx(minutes_of(_content(ballot, reader)))


def _content(ballot: Ballot, reader: Any) -> dict[str, Any]:
    motions = list(ballot.motions.select_related("result", "previous__ballot").prefetch_related("recusals__elector__institution", "recusals__elector__person"))
    for motion in motions:
        motion.ballot = ballot
        motion.said = visible_comments(motion, reader)  # type: ignore[attr-defined]
    shown = {motion.pk for motion in motions if visible_result(motion, reader) is not None}
    rows = attendance_of(ballot, motions, shown)
    return {
        "ballot": ballot,
        "rules": ballot.procedure,
        "motions": motions,
        "shown": shown,
        "rows": rows,
        "took_part": sum(1 for row in rows if row["took_part"]),
        "complete": len(shown) == len(motions),
        "proxies": Proxy.objects.filter(giver__ballot=ballot).select_related("giver__institution", "holder__institution", "holder__person"),
        "secret": bool(ballot.procedure and ballot.procedure.secret),
        "on_paper": ballot.held == Held.MEETING,
    }


def attendance_of(ballot: Ballot, motions: list[Motion], shown: set[int]) -> list[dict[str, Any]]:
    """For each elector what they did on the motions that are `shown`, in words like "1. 同意", and whether they voted on any of these."""
    position = {motion.pk: motion.position for motion in motions}
    electors = ballot.electors.prefetch_related("votes", "recusals", "participations").select_related("institution", "person", "seat")
    rows = []
    on_paper, nothing = ballot.held == Held.MEETING, _("took no part")
    for elector in electors:
        did = {vote.motion_id: vote.get_choice_display() for vote in elector.votes.all()} | {
            paper.motion_id: _("voted") for paper in elector.participations.all()
        }
        aside = {recusal.motion_id: _("recused") for recusal in elector.recusals.all()}
        # Of a meeting only the counts were entered: who stepped aside by rule is known, not who voted.
        words = {position[pk]: (did | aside).get(pk, nothing) for pk in shown if pk in aside or not on_paper}
        absent = bool(shown) and set(words.values()) == {nothing}
        said = [nothing] if absent else [f"{number}. {word}" for number, word in sorted(words.items())]
        rows.append({"elector": elector, "said": said, "took_part": bool(set(did) & shown)})
    return rows


@attachment_maker("council.approval_letter")
def approval_letter(pk: str) -> bytes:
    """The letter to a university that the council has admitted (R1), as PDF. It carries no counts: how the council voted is the council's. Raises DoesNotExist."""
    application = Application.objects.select_related("institution", "membership").get(pk=pk)
    motion = application.motions.filter(result__outcome="passed").select_related("ballot__body").latest("pk")
    return render_pdf("council/pdf/approval_letter.html", {"application": application, "motion": motion, "membership": application.membership})
