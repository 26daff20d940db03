"""Sample votes: decided, open, under discussion, secret. Everything says that it is a sample."""

import datetime as dt

from alliance.common.clock import now, today
from council.dossier import dossier_digest
from council.models import Ballot, Body, Procedure
from council.services.closing import close_ballot
from council.services.drafting import add_motion, comment, draft_ballot, open_discussion
from council.services.opening import open_ballot
from council.services.voting import Ticked, cast_in_secret, cast_votes
from members.models import User

PLAN = "年度工作计划（样例）：全年三次季度项目会议、一次理事大会；教发中心建设、教师发展师培养、教学创新与评价三个项目组按季度汇报进展。"


def load_council() -> None:
    """One named vote decided and one secret, one open in which the first member has voted, one draft in discussion."""
    secretary = User.objects.get(email="secretariat@sample.edu.cn")
    council = Body.objects.get(code="council")
    decided = _opened(
        council, secretary, f"{today().year}年度工作计划（样例）", [("审议年度工作计划", PLAN), ("审议季度会议安排", "季度会议时间、地点与主题（样例）。")]
    )
    _vote(decided, ["for", "for", "against"])
    close_ballot(decided, actor=secretary)
    _secret(secretary)
    current = _opened(
        council,
        secretary,
        "通讯表决（样例）：项目经费与合作事项",
        [("项目经费使用方案", "经费使用方案（样例）。"), ("与兄弟联盟的合作备忘录", "合作备忘录文本（样例）。")],
    )
    _vote(current, ["for"])
    draft = draft_ballot(
        body=council,
        title="议题征求意见（样例）：章程修订",
        closes_at=now() + dt.timedelta(days=30),
        applications=[],
        text=("章程修订草案", "修订要点（样例）。"),
        actor=secretary,
    )
    open_discussion(draft, actor=secretary)
    member = User.objects.get(email="council2@sample.edu.cn")
    motion = draft.motions.get()
    comment(motion, actor=member, institution=council.seats.get(person__user=member).institution, text="建议明确通讯表决的时限（样例意见）。")


def _opened(body: Body, secretary: User, title: str, motions: list[tuple[str, str]]) -> Ballot:
    ballot = draft_ballot(body=body, title=title, closes_at=now() + dt.timedelta(days=10), applications=[], introduction="本表决为样例数据。", actor=secretary)
    for name, text in motions:
        add_motion(ballot, title=name, text=text)
    return open_ballot(ballot, actor=secretary)


def _vote(ballot: Ballot, choices: list[str]) -> None:
    """The members vote in the order of their seats; who comes after the last choice does not."""
    assert ballot.procedure is not None  # an opened ballot has its rules, by constraint
    act = cast_in_secret if ballot.procedure.secret else cast_votes
    for elector, choice in zip(ballot.electors.order_by("seat_id"), choices, strict=False):
        assert elector.person.user is not None  # the sample's seats are held by accounts
        act(elector, [Ticked(motion, choice, "", dossier_digest(motion)) for motion in ballot.motions.all()], actor=elector.person.user)


def _secret(secretary: User) -> None:
    """The expert committee votes in secret; the council's members sit in it for the sample."""
    committee, _made = Body.objects.get_or_create(code="experts", defaults={"name": "专家委员会（样例）"})
    Procedure.objects.create(body=committee, effective_from=dt.date(2018, 10, 1), secret=True, changeable=False, is_sample=True, clause="样例")
    for seat in Body.objects.get(code="council").seats.all():
        committee.seats.create(institution=seat.institution, person=seat.person, office="member", term_from=seat.term_from)
    ballot = _opened(committee, secretary, "教学创新奖评审（样例，无记名）", [("推荐一等奖人选", "候选人材料（样例）。")])
    _vote(ballot, ["for", "for", "abstain"])
    close_ballot(ballot, actor=secretary)
