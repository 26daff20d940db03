"""What an installation must have before the first application can be decided and billed: the notice's rules as dated data."""

import datetime as dt

from django.db import transaction

from alliance.common.locking import advisory_lock
from alliance.common.models import Organisation
from council.models import Body, Procedure
from fees.models import FeeSchedule
from fees.services.schedules import ensure_accounts, ensure_schedule
from meetings.models import AllowanceRule, MeetingTemplate
from meetings.services.questions import ensure_default_questions
from meetings.services.templates import ensure_templates
from notices.models import ReminderRule
from notices.services.reminders import ensure_default_rules

# The alliance was founded in October 2018; its rules are in force for every date the system can be asked about.
FOUNDED = dt.date(2018, 10, 1)


@transaction.atomic
def prepare_installation() -> list[str]:
    """Make what is missing and return the names of what was made; whatever is there already is left as it is (R3, R4, R9, R16)."""
    advisory_lock("prepare_installation")
    Organisation.load()
    made = []
    if not FeeSchedule.objects.exists():
        ensure_schedule()
        made.append("fee schedule")
    if ensure_accounts():
        made.append("chart of accounts")
    if not AllowanceRule.objects.exists():
        AllowanceRule.objects.create(from_year=FOUNDED.year)
        made.append("free allowance")
    if not MeetingTemplate.objects.exists():
        ensure_templates()
        made.append("meeting templates")
    council, is_new = Body.objects.get_or_create(code="council", defaults={"name": "理事会"})
    if is_new:
        made.append("council")
    assembly, is_new = Body.objects.get_or_create(code="assembly", defaults={"name": "全体大会", "electorate": "members"})
    if is_new:
        made.append("assembly")
        Procedure.objects.create(body=assembly, effective_from=FOUNDED, is_sample=True, clause="系统默认值：请按章程核对", proxies_allowed=True)
    if not council.procedures.exists():
        Procedure.objects.create(body=council, effective_from=FOUNDED, is_sample=True, clause="系统默认值：请按章程核对")
        made.append("rules of procedure")
    if not ReminderRule.objects.exists():
        ensure_default_rules()
        made.append("reminder rules")
    if ensure_default_questions():
        made.append("feedback questions")
    return made
