"""Official notices: one that everybody may read, one for members with a form to send back, a draft; an audience; a consultation that is open."""

import datetime as dt

from alliance.common.clock import now, today
from members.models import User
from notices.models import Audience
from notices.services.audiences import save_audience
from notices.services.consulting import add_section, draft_consultation, open_consultation
from notices.services.drafting import attach, draft_notice
from notices.services.issuing import issue_notice, submit_notice

RECRUITMENT = """为进一步加强联盟的科学化民主化管理，促进联盟单位间的充分沟通与合作，现面向全体高校招募联盟新成员单位（样例）。
一、入盟成员的权益
- 联盟单位每年免费参加三次联盟项目季度会议，每个联盟单位可委派三位老师参会；
- 尊享各大会议优先通知权；
- 可对联盟及秘书处发送的相关项目材料提出建议。
二、报名方式
请在联盟网站在线填写申请表，打印并加盖部门章后上传扫描件。
三、会费标准
| 项目 | 标准 | 说明 |
| --- | --- | --- |
| 入会费 | 3000元 | 仅在新入盟的第一年缴纳 |
| 年费 | 2000元/年 | 普通联盟单位，详见联盟章程第三十一条 |"""
MEETING = """为交流各项目进展，联盟拟召开季度项目会议（样例），现将有关事项通知如下。
一、会议时间
详见联盟网站“会议活动”。
二、参会人员
每个成员单位可委派**三位**老师免费参会。{{单位名称}}本年度还可免费参加{{免费会议余额}}次季度会议。
三、报名方式
请联络人登录联盟网站，在“会议活动”中为参会老师报名，并填写回执（见附件）。"""
RECEIPT = """| 姓名 | 职务 | 手机 | 是否住宿 |
| --- | --- | --- | --- |
|  |  |  |  |
|  |  |  |  |
|  |  |  |  |"""
FRAMEWORK = """一、能力维度
（一）诊断与咨询
能够运用课堂观察、学情数据等方法诊断教学问题。
（二）设计与组织
能够设计并组织教师发展活动。"""


def tell() -> None:
    """Drafted by finance, issued by the secretariat: nobody issues the own notice."""
    author = User.objects.get(email="finance@sample.edu.cn")
    officer = User.objects.get(email="secretariat@sample.edu.cn")
    day, begin = today(), now()
    for title, text, public, form in [
        (f"关于高校教师发展中心可持续发展联盟{day.year}年度招募新成员单位的通知（样例）", RECRUITMENT, begin, ""),
        ("关于召开季度项目会议的通知（样例）", MEETING, begin + dt.timedelta(days=14), RECEIPT),
    ]:
        notice = draft_notice(actor=author, title=title, text=text, dated_on=day)
        if form:
            attach(notice, actor=author, title="参会回执（样例）", text=form)
        issue_notice(submit_notice(notice, actor=author), actor=officer, members_from=begin, public_from=public)
    draft_notice(actor=author, title=f"关于开展{day.year + 1}年度会费缴纳工作的通知（样例）", text="一、缴费标准\n（待补充）", dated_on=None)
    if not Audience.objects.exists():
        save_audience(None, actor=officer, name="有欠费的成员单位：联络人与财务联系人（样例）", conditions={"roles": ["liaison", "finance"], "owes": "yes"})
    _consultation(officer)


def _consultation(officer: User) -> None:
    consultation = draft_consultation(
        actor=officer,
        title="教师发展师能力框架标准（征求意见稿，样例）",
        introduction="现就《教师发展师能力框架标准》征求各成员单位意见，请逐部分反馈。",
        closes_at=now() + dt.timedelta(days=21),
        visibility="after_close",
    )
    add_section(consultation, actor=officer, title="能力维度（样例）", text=FRAMEWORK)
    add_section(consultation, actor=officer, title="认证流程（样例）", text="申请、材料评审、现场考核、公示四个环节。")
    open_consultation(consultation, actor=officer)
