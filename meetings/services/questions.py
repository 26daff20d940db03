"""The questions an installation begins with; staff change them in the admin."""

from meetings.enums import AnswerKind
from meetings.models import FeedbackQuestion

DEFAULTS = [
    ("您对本次会议的总体评价", AnswerKind.SCALE, True),
    ("会议主题与内容对您工作的帮助", AnswerKind.SCALE, False),
    ("会务组织与服务", AnswerKind.SCALE, False),
    ("您是否愿意推荐同事参加下一次会议？", AnswerKind.YES_NO, False),
    ("您的意见与建议", AnswerKind.TEXT, False),
]


def ensure_default_questions() -> bool:
    """Five short questions when there is none yet; whether they were made."""
    if FeedbackQuestion.objects.exists():
        return False
    for position, (text, kind, required) in enumerate(DEFAULTS, start=1):
        FeedbackQuestion.objects.create(text=text, kind=kind, required=required, position=position)
    return True
