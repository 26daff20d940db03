"""Who may do what with reminders, notices, mailings and consultations."""

from typing import Any

import rules

from alliance.common.permissions import staff_model_perms
from members.rules import is_secretariat, is_staff_member, liaison_institution_ids

staff_model_perms("notices", "reminderrule", view=is_staff_member, add=is_secretariat, change=is_secretariat, delete=is_secretariat)
staff_model_perms("notices", "reminderrun", view=is_staff_member)
staff_model_perms("notices", "notice", view=is_staff_member)
rules.add_perm("notices.write_notice", is_secretariat)
rules.add_perm("notices.issue_notice", is_secretariat)
staff_model_perms("notices", "audience", view=is_staff_member, delete=is_secretariat)
staff_model_perms("notices", "release", view=is_staff_member)
staff_model_perms("notices", "issuingoffice", view=is_staff_member, change=is_secretariat)
staff_model_perms("notices", "consultation", view=is_staff_member)


@rules.predicate
def is_asked(user: Any, consultation: Any) -> bool:
    """Is liaison of a unit that is asked."""
    return consultation is not None and consultation.units.filter(institution__in=liaison_institution_ids(user)).exists()


@rules.predicate
def is_of_asked_unit(user: Any, unit: Any) -> bool:
    """Is liaison of this unit."""
    return unit is not None and unit.institution_id in liaison_institution_ids(user)


rules.add_perm("notices.read_consultation", is_staff_member | is_asked)
rules.add_perm("notices.read_comment_files", is_staff_member | is_of_asked_unit)
