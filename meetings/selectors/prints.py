"""What was printed for a meeting."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet

from alliance.common.models import StoredFile
from meetings.models import Meeting


def purpose_of(what: str) -> str:
    """How a printed file of this kind is marked."""
    return f"print-{what}"


def standing_prints(meeting: Meeting, what: str = "") -> QuerySet[StoredFile]:
    """The printed files of a meeting, newest first; of one kind only with `what`."""
    files = StoredFile.objects.filter(owner_type=ContentType.objects.get_for_model(Meeting), owner_id=str(meeting.pk))
    return files.filter(purpose=purpose_of(what)) if what else files.filter(purpose__startswith="print-")
