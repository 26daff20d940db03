"""Who may do what with meetings."""

import rules

from alliance.common.permissions import staff_model_perms
from members.rules import is_secretariat, is_staff_member

rules.add_perm("meetings.manage_meetings", is_secretariat)
staff_model_perms("meetings", "meeting", view=is_staff_member, add=is_secretariat, change=is_secretariat)
staff_model_perms("meetings", "offer", view=is_staff_member, add=is_secretariat, change=is_secretariat)
staff_model_perms("meetings", "session", view=is_staff_member, add=is_secretariat, change=is_secretariat, delete=is_secretariat)
staff_model_perms("meetings", "registration", view=is_staff_member)
staff_model_perms("meetings", "allowancerule", view=is_staff_member, add=is_secretariat, change=is_secretariat)
