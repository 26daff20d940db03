"""Official notices: one that everybody may read, one for members, and a draft."""

import datetime as dt

from alliance.common.clock import now, today
from members.models import User
from notices.services.issuing import draft_notice, issue_notice, submit_notice

RECRUITMENT = """为进一步加强联盟的科学化民主化管理，促进联盟单位间的充分沟通与合作，现面向全体高校招募联盟新成员单位（样例）。
一、入盟成员的权益
联盟单位每年免费参加三次联盟项目季度会议，每个联盟单位可委派三位老师参会。
二、报名方式
请在联盟网站在线填写申请表，打印并加盖部门章后上传扫描件。
三、会费标准
入会费3000元，仅在新入盟的第一年缴纳；年费：普通联盟单位2000元/年，详细收费标准见联盟章程第三十一条。"""
MEETING = """为交流各项目进展，联盟拟召开季度项目会议（样例），现将有关事项通知如下。
一、会议时间
详见联盟网站“会议活动”。
二、参会人员
每个成员单位可委派三位老师免费参会。
三、报名方式
请联络人登录联盟网站，在“会议活动”中为参会老师报名。"""


def tell() -> None:
    """Drafted by finance, issued by the secretariat: nobody issues the own notice."""
    author = User.objects.get(email="finance@sample.edu.cn")
    officer = User.objects.get(email="secretariat@sample.edu.cn")
    day, begin = today(), now()
    for title, text, public in [
        (f"关于高校教师发展中心可持续发展联盟{day.year}年度招募新成员单位的通知（样例）", RECRUITMENT, begin),
        ("关于召开季度项目会议的通知（样例）", MEETING, begin + dt.timedelta(days=14)),
    ]:
        notice = submit_notice(draft_notice(actor=author, title=title, text=text, dated_on=day), actor=author)
        issue_notice(notice, actor=officer, members_from=begin, public_from=public)
    draft_notice(actor=author, title=f"关于开展{day.year + 1}年度会费缴纳工作的通知（样例）", text="一、缴费标准\n（待补充）", dated_on=None)
