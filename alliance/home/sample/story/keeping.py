"""Late in the year: one unit rests, and this year's data check is half answered."""

import datetime as dt

from alliance.common.clock import today
from members.enums import PersonRole
from members.models import Membership, User
from members.selectors.memberships import contacts
from members.services.accounts import ensure_user
from members.services.datachecks import confirm_data, open_data_check
from members.services.memberships import suspend_membership

# What a unit says when it confirms; most say nothing.
REMARKS = {2: "财务联系人已更换，已在人员中修改（样例）。", 8: "学校英文名称已更正（样例）。"}


def tell() -> None:
    """Every second unit has answered."""
    officer = User.objects.get(email="secretariat@sample.edu.cn")
    resting = Membership.objects.get(institution__name="三亚学院")
    suspend_membership(resting, actor=officer, reason="单位机构调整，暂停参加活动（样例）", on=today())
    check = open_data_check(name=f"{today().year}年度信息核对（样例）", due_on=today() + dt.timedelta(days=21), actor=officer)
    for position, answer in enumerate(check.answers.select_related("institution", "check_round")):
        liaisons = contacts(answer.institution, PersonRole.LIAISON)
        if position % 2 == 0 and liaisons:
            confirm_data(answer, actor=ensure_user(liaisons[0].email, name=liaisons[0].name), remark=REMARKS.get(position, ""))
