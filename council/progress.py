"""What the council adds to an application's story: until when it votes, and the letter that says yes."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.common.templatetags.alliance import moment
from council.documents import approval_letter
from council.models import Motion
from members.enums import ApplicationStatus
from members.models import Application
from members.progress import Paper


def when_decided(application: Application) -> list[str]:
    """While a vote is open: its end."""
    if application.status != ApplicationStatus.BALLOTED:
        return []
    motion = Motion.objects.filter(application=application, ballot__status="open").select_related("ballot").order_by("-pk").first()
    return [_("The vote is open until %(time)s; you hear of its result after that.") % {"time": moment(motion.ballot.closes_at)}] if motion else []


def has_letter(application: Application) -> bool:
    """The council has said yes by a vote of ours, so there is a letter."""
    return hasattr(application, "membership") and Motion.objects.filter(application=application, result__outcome="passed").exists()


LETTER = Paper("approval-letter", gettext_lazy("Letter of approval (PDF)"), has_letter, lambda application: approval_letter(str(application.pk)))
