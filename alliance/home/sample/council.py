"""Sample votes beside those on universities: one in secret, one of the assembly with a proxy, one draft in discussion. Everything says that it is a sample."""

import datetime as dt

from django.core.files.uploadedfile import SimpleUploadedFile

from alliance.common.clock import now
from alliance.common.documents import PdfUnavailable, render_pdf
from alliance.home.sample.story.applying import EMPTY_PAGE
from council.dossier import dossier_digest
from council.models import Body, Procedure
from council.services.closing import close_ballot
from council.services.drafting import comment, draft_ballot, open_discussion
from council.services.opening import open_ballot
from council.services.proxies import give_proxy
from council.services.voting import Ticked, cast_in_secret, cast_votes
from members.models import User


def load_council() -> None:
    """The expert committee has voted in secret; the member units vote, one of them by proxy; the council discusses a text before it votes."""
    secretary = User.objects.get(email="secretariat@sample.edu.cn")
    _secret(secretary)
    _assembly(secretary)
    council = Body.objects.get(code="council")
    closes = now() + dt.timedelta(days=30)
    text = ("章程修订草案（样例）", "修订要点（样例）：明确通讯表决的时限与回避。")
    draft = draft_ballot(body=council, title="议题征求意见（样例）：章程修订", closes_at=closes, applications=[], text=text, actor=secretary)
    open_discussion(draft, actor=secretary)
    member = User.objects.get(email="council2@sample.edu.cn")
    institution = council.seats.get(person__user=member).institution
    comment(draft.motions.get(), actor=member, institution=institution, text="建议明确通讯表决的时限（样例意见）。")


def _secret(secretary: User) -> None:
    """The council's members sit in the committee for the sample."""
    committee, _made = Body.objects.get_or_create(code="experts", defaults={"name": "专家委员会（样例）"})
    Procedure.objects.create(body=committee, effective_from=dt.date(2018, 10, 1), secret=True, changeable=False, is_sample=True, clause="样例")
    for seat in Body.objects.get(code="council").seats.all():
        committee.seats.create(institution=seat.institution, person=seat.person, office="member", term_from=seat.term_from)
    closes = now() + dt.timedelta(days=10)
    text = ("推荐一等奖人选（样例）", "候选人材料（样例）。")
    draft = draft_ballot(body=committee, title="教学创新奖评审（样例，无记名）", closes_at=closes, applications=[], text=text, actor=secretary)
    ballot = open_ballot(draft, actor=secretary)
    for elector, choice in zip(ballot.electors.order_by("seat_id"), ("for", "for", "abstain"), strict=True):
        assert elector.person.user is not None  # the sample's seats are held by accounts
        cast_in_secret(elector, [Ticked(motion, choice, "", dossier_digest(motion)) for motion in ballot.motions.all()], actor=elector.person.user)
    close_ballot(ballot, actor=secretary)


def _assembly(secretary: User) -> None:
    """The member units vote on a text; one of them has given its vote to the unit whose liaison has an account of the sample."""
    text = ("年度工作报告（样例）", "审议联盟年度工作报告（样例）。")
    draft = draft_ballot(
        body=Body.objects.get(code="assembly"),
        title="全体大会通讯表决（样例）",
        closes_at=now() + dt.timedelta(days=20),
        applications=[],
        text=text,
        actor=secretary,
    )
    ballot = open_ballot(draft, actor=secretary)
    holder = ballot.electors.get(person__user__email="liaison@sample.edu.cn")
    # By their place: who is in good standing depends on the day on which the sample is loaded.
    giver, *others = ballot.electors.exclude(pk=holder.pk).order_by("person__user", "pk")
    give_proxy(giver, holder, authority=_authority(str(giver.institution), str(holder.institution), ballot.title), actor=secretary)
    for voter in others[:2]:
        if voter.person.user is not None:
            cast_votes(voter, [Ticked(motion, "for", "", dossier_digest(motion)) for motion in ballot.motions.all()], actor=voter.person.user)


def _authority(giver: str, holder: str, ballot: str) -> SimpleUploadedFile:
    """A page that says it is a sample, in place of the sealed paper."""
    try:
        content = render_pdf("home/pdf/sample_authority.html", {"giver": giver, "holder": holder, "ballot": ballot})
    except PdfUnavailable:
        content = EMPTY_PAGE
    return SimpleUploadedFile("授权委托书（样例）.pdf", content, content_type="application/pdf")
