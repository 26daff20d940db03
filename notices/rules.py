"""Who may do what with reminders and notices."""

import rules

from alliance.common.permissions import staff_model_perms
from members.rules import is_secretariat, is_staff_member

staff_model_perms("notices", "reminderrule", view=is_staff_member, add=is_secretariat, change=is_secretariat, delete=is_secretariat)
staff_model_perms("notices", "reminderrun", view=is_staff_member)
staff_model_perms("notices", "notice", view=is_staff_member)
rules.add_perm("notices.write_notice", is_secretariat)
rules.add_perm("notices.issue_notice", is_secretariat)
staff_model_perms("notices", "issuingoffice", view=is_staff_member, change=is_secretariat)
