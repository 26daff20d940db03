"""What came of a consultation, as PDF and DOCX: the same blocks for both."""

from django.utils.translation import gettext as _

from alliance.common.documents import render_pdf
from alliance.common.models import StoredFile
from alliance.common.outbox import attachment_maker
from notices.gongwen.blocks import Block, Run, paragraph, prefix_of, read_blocks
from notices.gongwen.word import Letter, as_docx
from notices.models import AskedUnit, Comment, Consultation
from notices.selectors.consultations import comments_of, files_by_unit, names_units


def summary_blocks(consultation: Consultation) -> list[Block]:
    """Who was asked and who answered; for each section the comments with their answers; the conclusion."""
    units = list(consultation.units.all())
    answered = [unit for unit in units if unit.answered_at]
    counts = _("%(asked)s units were asked, %(answered)s answered.") % {"asked": len(units), "answered": len(answered)}
    blocks = [*read_blocks(consultation.introduction), _line(counts)]
    by_section: dict[int | None, list[Comment]] = {}
    for comment in comments_of(consultation):
        by_section.setdefault(comment.section_id, []).append(comment)
    titles = [(section.pk, section.title) for section in consultation.sections.all()] + [(None, _("On the whole"))]
    number = 0
    for pk, title in titles:
        if pk is None and pk not in by_section:
            continue
        number += 1
        blocks += [_line(prefix_of(1, number) + title), *_section(by_section.get(pk, []), named=names_units(consultation))]
    if handed_in := files_by_unit(consultation):
        number += 1
        blocks += [_line(prefix_of(1, number) + _("Files handed in")), *_files(handed_in, named=names_units(consultation))]
    if consultation.conclusion:
        blocks += [_line(prefix_of(1, number + 1) + _("Conclusion")), *read_blocks(consultation.conclusion)]
    return blocks


def _section(comments: list[Comment], *, named: bool) -> list[Block]:
    agree = sum(comment.agrees for comment in comments)
    blocks = [_line(_("%(count)s units agree as it is.") % {"count": agree})] if agree else []
    written = [comment for comment in comments if comment.text]
    for number, comment in enumerate(written, start=1):
        name = str(comment.unit.institution) if named else _("A member unit")
        blocks += [_line(prefix_of(2, number) + name), *(_line(line) for line in comment.text.splitlines() if line.strip())]
        blocks.append(Block("p", (Run(_("Answer of the secretariat (%s): ") % (comment.get_verdict_display() or "—"), bold=True), Run(comment.answer or "—"))))
    return blocks or [_line(_("No comments."))]


def _files(handed_in: list[tuple[AskedUnit, list[StoredFile]]], *, named: bool) -> list[Block]:
    """Which unit sent what; without names, since a file's name often says whose it is, only how many."""
    if not named:
        return [_line(_("%(count)s files were handed in.") % {"count": sum(len(files) for _unit, files in handed_in)})]
    return [_line(f"{unit.institution}：" + "、".join(stored.name for stored in files)) for unit, files in handed_in]


def _line(text: str) -> Block:
    return paragraph((Run(text.strip()),))


def summary_pdf(consultation: Consultation) -> bytes:
    """The summary as PDF."""
    return render_pdf("notices/pdf/consultation.html", {"consultation": consultation, "blocks": summary_blocks(consultation)})


def summary_docx(consultation: Consultation) -> bytes:
    """The summary as DOCX."""
    return as_docx(Letter(title=_("Summary: %s") % consultation.title, blocks=summary_blocks(consultation)))


@attachment_maker("notices.consultation")
def summary_of(pk: str) -> bytes:
    """The summary as a mail's attachment."""
    return summary_pdf(Consultation.objects.get(pk=pk))
