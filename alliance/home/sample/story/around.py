"""What happens around meetings: projects with their reports, agendas, minutes, feedback, certificates, and a door that is open today."""

import datetime as dt
import itertools
import secrets

from alliance.common.clock import BEIJING, now, today
from alliance.common.transitions import move
from meetings.enums import CheckInWay, MaterialKind, MeetingStatus, ProjectStatus, Readers, RegistrationStatus
from meetings.models import Decision, FeedbackAnswer, FeedbackQuestion, FeedbackResponse, Meeting, Minutes, Offer, Project, Registration, Session
from meetings.services.certificates import issue_certificate
from meetings.services.checkin import check_in
from meetings.services.content import add_material, hand_in_report, publish_minutes
from members.enums import PersonRole
from members.models import Affiliation, Institution, User

# The projects that the notice names; status, leading units and reports are invented.
PROJECTS = [
    ("高校教师发展中心可持续发展体系与标准", ProjectStatus.RUNNING, "南京大学"),
    ("教师发展师能力框架标准", ProjectStatus.RUNNING, "西交利物浦大学"),
    ("教师教学质量评估与诊断", ProjectStatus.PLANNED, "华中师范大学"),
    ("高校新教师发展项目优秀案例评选", ProjectStatus.FINISHED, "福州大学"),
]
AGENDA = [
    (0, 30, "开幕与秘书处工作通报（样例）", "孙秘书（样例）", "主会场"),
    (30, 120, "项目进展汇报（样例）", "各项目负责人（样例）", "主会场"),
    (135, 210, "专题研讨：热点、难点与对策（样例）", "林理事（样例）", "主会场"),
    (300, 420, "分组研讨与总结（样例）", "", "A、B 会议室"),
]
REMARKS = ["案例分享很有收获，希望增加分组讨论时间。（样例）", "会场指引清晰。（样例）", ""]
ANSWERED = 9
AT_THE_DOOR = 16
AT_THE_WORKSHOP = 14


def tell() -> None:
    """Projects first, then the last meeting's papers, then today's door."""
    officer = User.objects.get(email="secretariat@sample.edu.cn")
    held = list(Meeting.objects.filter(status=MeetingStatus.HELD, kind="quarterly").order_by("starts_at"))
    _projects(held, officer)
    for meeting in [*held[-1:], *Meeting.objects.filter(status=MeetingStatus.PUBLISHED, kind="quarterly")]:
        _agenda(meeting)
    if held:
        _afterwards(held[-1], officer)
    _recent_workshop(officer)
    open_a_door(officer)


def _projects(held: list[Meeting], officer: User) -> None:
    for position, (name, status, unit) in enumerate(PROJECTS):
        institution = Institution.objects.get(name=unit)
        lead = Affiliation.objects.filter(institution=institution, role=PersonRole.HEAD).select_related("person").first()
        project = Project.objects.create(
            name=f"{name}（样例）", status=status, lead_institution=institution, lead_person=lead.person if lead else None, position=position,
            summary="目标、成员与计划见各季度汇报（样例）。", started_on=today() - dt.timedelta(days=400), readers=Readers.EVERYBODY if position else Readers.MEMBERS,
        )  # fmt: skip
        for meeting in held[-2:] if status != ProjectStatus.PLANNED else []:
            hand_in_report(
                project, year=meeting.year, quarter=meeting.quarter or 1, meeting=meeting, actor=officer,
                summary="本季度完成调研与框架初稿，两家单位参与试点；下季度组织专家论证并修订（样例）。",
            )  # fmt: skip


def _agenda(meeting: Meeting) -> None:
    for begin, end, title, speakers, room in AGENDA:
        times = {"starts_at": meeting.starts_at + dt.timedelta(minutes=begin), "ends_at": meeting.starts_at + dt.timedelta(minutes=end)}
        Session.objects.create(meeting=meeting, title=title, speakers=speakers, room=room, **times)


def _afterwards(meeting: Meeting, officer: User) -> None:
    """Minutes, decisions, a paper, certificates and what participants said."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    minutes = Minutes.objects.create(meeting=meeting, text="会议听取了各项目的进展汇报，围绕主题进行了分组研讨（样例）。")
    Decision.objects.create(
        meeting=meeting, position=1, text="下季度完成标准初稿的征求意见（样例）。", responsible="项目负责人（样例）", due_on=today() + dt.timedelta(days=30)
    )
    Decision.objects.create(
        meeting=meeting, position=2, text="汇编优秀案例并发各成员单位（样例）。", responsible="秘书处", done_on=today() - dt.timedelta(days=10)
    )
    publish_minutes(minutes, actor=officer, readers=Readers.MEMBERS)
    table = SimpleUploadedFile("项目进展表（样例）.csv", "\ufeff项目,进展,下一步\n样例项目,调研完成,专家论证\n".encode())
    talk = SimpleUploadedFile("汇报提纲（样例）.csv", "\ufeff议程,要点\n项目进展汇报,各项目一页\n".encode())
    item = meeting.sessions.order_by("starts_at")[1]
    add_material(meeting, talk, title="汇报提纲（样例）", kind=MaterialKind.BEFORE, readers=Readers.EVERYBODY, actor=officer, session=item)
    add_material(meeting, table, title="项目进展表（样例）", kind=MaterialKind.AFTER, readers=Readers.MEMBERS, actor=officer)
    attended = meeting.registrations.filter(status=RegistrationStatus.ATTENDED).select_related("person", "institution", "meeting").order_by("pk")
    for registration in attended:
        issue_certificate(registration, source="sample")
    _said(list(attended[:ANSWERED]))


def _said(registrations: list[Registration]) -> None:
    """What these participants answered."""
    questions, remarks = list(FeedbackQuestion.objects.filter(active=True)), itertools.cycle(REMARKS)
    for number, registration in enumerate(registrations):
        response = FeedbackResponse.objects.create(registration=registration)
        for question in questions:
            text = next(remarks) if question.kind == "text" else ""
            value = None if question.kind == "text" else (1 if question.kind == "yes_no" else 5 - (number + question.pk) % 3)
            if value is not None or text:
                FeedbackAnswer.objects.create(response=response, question=question, number=value, text=text)


def _recent_workshop(officer: User) -> None:
    """A workshop three weeks ago: most of those who were there may still give their feedback, some have."""
    day = today() - dt.timedelta(days=21)
    begin = dt.datetime.combine(day, dt.time(14), BEIJING)
    meeting = Meeting.objects.create(
        kind="workshop", slug=f"{day:%Y-%m-%d}-workshop", title="教发中心主任工作坊（样例）", theme="中心年度规划与评估（样例）。",
        starts_at=begin, ends_at=begin + dt.timedelta(hours=3), place="线上", capacity=60,
        members_from=begin - dt.timedelta(days=30), register_until=begin - dt.timedelta(days=3),
    )  # fmt: skip
    there = _registered(meeting, AT_THE_WORKSHOP, officer)
    for place in there:
        move(place, to=RegistrationStatus.ATTENDED)
    move(meeting, to=MeetingStatus.HELD)
    _said(there[-ANSWERED // 2 :])


def open_a_door(officer: User) -> None:
    """A seminar that has just begun: its door can be tried at once."""
    begin = (now() - dt.timedelta(minutes=30)).replace(second=0, microsecond=0)
    meeting = Meeting.objects.create(
        kind="seminar", slug=f"{today():%Y-%m-%d}-seminar", title="项目研讨会（样例，今日签到演示）", theme="用于演示现场签到、胸牌与签到表（样例）。",
        starts_at=begin, ends_at=begin + dt.timedelta(hours=9), place="苏州 西交利物浦大学 中心楼", capacity=40,
        members_from=begin - dt.timedelta(days=30), register_until=begin - dt.timedelta(days=1),
    )  # fmt: skip
    for number, place in enumerate(_registered(meeting, AT_THE_DOOR, officer)):
        if number % 3 == 0:
            check_in(place, actor=officer, way=CheckInWay.QR)


def _registered(meeting: Meeting, most: int, officer: User) -> list[Registration]:
    """The meeting is published, and so many heads and delegates of member units have a free place."""
    offer = Offer.objects.create(meeting=meeting, name="成员单位免费参加", draws_on_allowance=False)
    move(meeting, to=MeetingStatus.PUBLISHED)
    heads = Affiliation.objects.filter(role__in=[PersonRole.HEAD, PersonRole.DELEGATE], institution__memberships__status="active")
    people = {row.person_id: row for row in heads.select_related("person", "institution").order_by("pk")}
    return [
        Registration.objects.create(
            meeting=meeting, institution=row.institution, person=row.person, offer=offer, status=RegistrationStatus.CONFIRMED,
            ticket=secrets.token_urlsafe(12), registered_by=officer,
        )
        for row in list(people.values())[:most]
    ]  # fmt: skip
