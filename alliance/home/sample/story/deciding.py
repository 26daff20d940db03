"""The council: one ballot decided last week, one open now, so that each council member has something to vote on."""

import datetime as dt

from alliance.common.clock import now
from council.dossier import dossier_digest
from council.models import Body
from council.services.closing import close_ballot
from council.services.drafting import draft_ballot
from council.services.opening import open_ballot
from council.services.voting import Ticked, cast_votes
from members.enums import ApplicationStatus
from members.models import Application, User

COUNCIL = ("council1@sample.edu.cn", "council2@sample.edu.cn", "council3@sample.edu.cn")


def tell() -> None:
    """One university is admitted and waits for its payment; two are being voted on, and one council member has voted."""
    officer = User.objects.get(email="secretariat@sample.edu.cn")
    body = Body.objects.get(code="council")
    passed = list(Application.objects.filter(status=ApplicationStatus.SCREENED).select_related("institution").order_by("pk"))
    decided = draft_ballot(body=body, title="新成员单位入盟表决（样例）", closes_at=now() + dt.timedelta(days=7), applications=passed[:1], actor=officer)
    open_ballot(decided, actor=officer)
    for email in COUNCIL:
        _vote(decided, email, "同意（样例）。")
    close_ballot(decided, actor=officer)
    running = draft_ballot(
        body=body, title="第二批新成员单位入盟表决（样例）", closes_at=now() + dt.timedelta(days=10), applications=passed[1:], actor=officer,
        introduction="请于截止前表决。申请材料见各项卷宗（样例）。", text=("修订季度会议组织办法（样例）", "拟将季度会议的报名截止时间统一为会前七日（样例）。"),
    )  # fmt: skip
    open_ballot(running, actor=officer)
    _vote(running, COUNCIL[2], "")


def _vote(ballot: object, email: str, comment: str) -> None:
    elector = ballot.electors.get(person__user__email=email)  # type: ignore[attr-defined]
    ticked = [Ticked(motion, "for", comment, dossier_digest(motion)) for motion in ballot.motions.all()]  # type: ignore[attr-defined]
    cast_votes(elector, ticked, actor=elector.person.user)
