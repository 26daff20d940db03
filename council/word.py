"""The minutes as DOCX, for those who must edit them: the same content as the PDF. Only the names of the faces stand in it."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from alliance.common.templatetags.alliance import day, moment
from council.enums import Electorate, Outcome, TieRule
from council.models import Procedure

SONG, HEI = "宋体", "黑体"


def minutes_of(content: dict[str, Any]) -> dict[str, Any]:
    """The minutes as lines and tables, from the same content as the PDF's. A document's own words are Chinese, as in its template."""
    ballot, rules, motions = content["ballot"], content["rules"], content["motions"]
    kind = "会议" if content["on_paper"] else "无记名通讯" if content["secret"] else "通讯"
    time = f"{day(ballot.closed_at)}（会议现场表决，附会议纪要扫描件）" if content["on_paper"] else f"{moment(ballot.opened_at)} 至 {moment(ballot.closed_at)}"
    counted = content["rows"] and content["complete"] and not content["on_paper"]
    seats = f"{motions[0].result.seats} 席" + (f"；参加表决 {content['took_part']} 席" if counted else "")
    facts = [("议题", ballot.title), ("表决时间", time)]
    if ballot.extension_reason or ballot.extended_for_quorum:
        facts.append(("延长", ("因到期时未达到法定人数，依议事规则延长一次。" if ballot.extended_for_quorum else "") + ballot.extension_reason))
    facts.append(("应参加表决", seats))
    if rules.clause:
        facts.append(("依据", rules.clause))
    facts.append(("议事规则", _rules(rules, secret=content["secret"])))
    return {
        "heading": f"{ballot.body}{kind}表决结果",
        "facts": facts,
        "motions": [_motion(motion, motion.pk in content["shown"]) for motion in motions],
        "places_head": ("单位", "代表" if ballot.body.electorate == Electorate.MEMBERS else "理事", "职务", "表决情况"),
        "places": [_place(row) for row in content["rows"]],
        "proxies": "；".join(f"{p.giver.institution.name}委托{p.holder.institution.name}（{p.holder.person.name}）代为表决" for p in content["proxies"])
        + ("。书面授权书存档。" if content["proxies"] else ""),
    }


def _rules(rules: Procedure, *, secret: bool) -> str:
    parts = [
        f"法定人数 {rules.quorum_numerator}/{rules.quorum_denominator}",
        f"多数要求{'超过' if rules.majority_strict else '不少于'} {rules.majority_numerator}/{rules.majority_denominator}（{rules.get_majority_base_display()}）",
        f"回避席位{'计入' if rules.recused_count_for_quorum else '不计入'}法定人数",
        *(["恰为半数时由理事长的表决决定"] if rules.tie_rule == TieRule.CHAIR else []),
        f"{'无记名' if secret else '记名'}表决",
    ]
    return "；".join(parts)


def _place(row: dict[str, Any]) -> list[str]:
    elector = row["elector"]
    office = elector.get_office_display() if elector.office else "单位代表"
    return [elector.institution.name, elector.person.name, office, "　".join(row["said"]) or "—"]


def _motion(motion: Any, shown: bool) -> dict[str, Any]:
    result = motion.result
    notes = []
    if motion.previous:
        notes.append(f"本议项系《{motion.previous.ballot.title}》第 {motion.previous.position} 项的再次表决。")
    if not shown:
        notes.append(f"您回避本议项，票数及其他席位的表决情况不予显示。结果：{result.get_outcome_display()}。")
        return {"position": motion.position, "title": motion.title, "counts": (), "outcome": "", "notes": notes}
    notes.append(result.rule_text)
    if motion.needs_second_vote and result.outcome == Outcome.PASSED:
        notes.append("本议项尚须全体大会再次表决通过后执行。")
    recusals = [f"{recusal.elector.institution.name}（{recusal.reason}）" for recusal in motion.recusals.all()]
    if recusals:
        notes.append("回避：" + "、".join(recusals))
    if motion.said:
        notes.append("\n".join(["表决意见：", *(f"{vote.elector.institution.name}：{vote.comment}" for vote in motion.said)]))
    if result.digest:
        notes.append(f"校验摘要（席位与表决记录，SHA-256）：{result.digest}")
    counts = (result.votes_for, result.votes_against, result.abstentions, result.recused)
    return {"position": motion.position, "title": motion.title, "counts": counts, "outcome": result.get_outcome_display(), "notes": notes}


def minutes_as_docx(minutes: dict[str, Any]) -> bytes:
    """The document's bytes. `minutes` is what `minutes_of` says: heading, facts, motions, places, proxies."""
    document = docx.Document()
    _page(document)
    heading = document.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _write(heading, minutes["heading"], face=HEI, size=18)
    _table(document, None, minutes["facts"], widths=(32, 132))
    for motion in minutes["motions"]:
        _write(document.add_paragraph(), f"{motion['position']}. {motion['title']}", face=HEI, size=13)
        if motion["counts"]:
            _table(document, ("同意", "反对", "弃权", "回避", "结果"), [[*motion["counts"], motion["outcome"]]])
        for note in motion["notes"]:
            _write(document.add_paragraph(), note, size=10.5)
    if minutes["places"]:
        _write(document.add_paragraph(), "表决席位", face=HEI, size=13)
        _table(document, minutes["places_head"], minutes["places"])
    if minutes["proxies"]:
        _write(document.add_paragraph(), "委托表决", face=HEI, size=13)
        _write(document.add_paragraph(), minutes["proxies"], size=10.5)
    document.add_paragraph()
    _write(document.add_paragraph(), "记录：　　　　　　　　签发：　　　　　　　　日期：　　　年　　月　　日")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _page(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = section.left_margin = section.right_margin = Mm(23)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(11)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), SONG)


def _write(paragraph: Any, text: str, *, face: str = SONG, size: float = 11) -> None:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.bold = face == HEI
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)


def _table(document: Document, head: Sequence[str] | None, rows: Iterable[Sequence[Any]], *, widths: Sequence[int] = ()) -> None:
    rows = [*([head] if head else []), *rows]
    table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    for line, row in zip(table.rows, rows, strict=True):
        for place, (cell, value) in enumerate(zip(line.cells, row, strict=True)):
            if widths:
                cell.width = Mm(widths[place])
            _write(cell.paragraphs[0], str(value), face=HEI if line is table.rows[0] and head else SONG, size=10.5)
