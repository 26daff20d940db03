"""Who may do what with meetings."""

import rules

from alliance.common.permissions import staff_model_perms
from members.rules import is_secretariat, is_staff_member

rules.add_perm("meetings.manage_meetings", is_secretariat)
rules.add_perm("meetings.check_in", is_staff_member)
for record in ("minutes", "project", "feedbackquestion"):
    staff_model_perms("meetings", record, view=is_staff_member, add=is_secretariat, change=is_secretariat)
# These come with a file, by a step.
for record in ("material", "projectreport"):
    staff_model_perms("meetings", record, view=is_staff_member, change=is_secretariat)
staff_model_perms("meetings", "decision", view=is_staff_member, add=is_secretariat, change=is_secretariat, delete=is_secretariat)
staff_model_perms("meetings", "checkin", view=is_staff_member)
staff_model_perms("meetings", "meeting", view=is_staff_member, add=is_secretariat, change=is_secretariat)
staff_model_perms("meetings", "offer", view=is_staff_member, add=is_secretariat, change=is_secretariat, delete=is_secretariat)
staff_model_perms("meetings", "session", view=is_staff_member, add=is_secretariat, change=is_secretariat, delete=is_secretariat)
staff_model_perms("meetings", "registration", view=is_staff_member)
staff_model_perms("meetings", "allowancerule", view=is_staff_member, add=is_secretariat, change=is_secretariat)
for _name in ("meetingtemplate", "templateoffer", "meetingquestion"):
    staff_model_perms("meetings", _name, view=is_staff_member, add=is_secretariat, change=is_secretariat, delete=is_secretariat)
for _name in ("nomination", "placerequest"):
    staff_model_perms("meetings", _name, view=is_staff_member)
