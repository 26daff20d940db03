"""What waits on the start page: each queue counts the rows of the list it leads to."""

import datetime as dt

import pytest

from alliance.common.clock import now
from alliance.common.queues import queues_for
from notices.services.consulting import add_section, close_consultation, draft_consultation, open_consultation
from notices.services.issuing import submit_notice
from notices.services.releasing import announce_notices, pause_release
from tests.support import client_for

NAMES = ["待复核的正式通知", "待答复的征求意见", "已暂停的发送任务"]


@pytest.mark.django_db
def test_each_queue_counts_what_its_list_shows(secretary, issued, draft, liaison):
    submit_notice(draft(), actor=secretary)
    release = issued().releases.get()
    announce_notices()
    pause_release(release, actor=secretary)
    consultation = draft_consultation(actor=secretary, title="能力框架", closes_at=now() + dt.timedelta(days=7))
    add_section(consultation, actor=secretary, title="草案", text="正文。")
    close_consultation(open_consultation(consultation, actor=secretary), actor=secretary)

    rows = {}
    for queue, count in queues_for(secretary):
        if str(queue.label) in NAMES:
            rows[str(queue.label)] = (count, client_for(secretary).get(queue.url()).context["cl"].result_count)

    assert rows == dict.fromkeys(NAMES, (1, 1))
