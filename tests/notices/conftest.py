"""What tests of notices share."""

import datetime as dt

import pytest

from notices.services.drafting import draft_notice
from notices.services.issuing import issue_notice, submit_notice
from tests.factories.members import StaffFactory

TEXT = "一、时间\n2026年3月20日。\n二、安排\n（一）上午\n1.报到\n2.开幕\n（二）下午"


@pytest.fixture
def draft(secretary):
    """`draft(**fields)`: a draft of the secretary's."""

    def make(**fields):
        return draft_notice(actor=secretary, **{"title": "关于召开季度会议的通知", "text": TEXT, "dated_on": dt.date(2026, 3, 2), **fields})

    return make


@pytest.fixture
def issued(secretary, draft):
    """`issued(**fields)`: an issued notice."""

    def make(members_from=None, public_from=None, **fields):
        return issue_notice(submit_notice(draft(**fields), actor=secretary), actor=StaffFactory(), members_from=members_from, public_from=public_from)

    return make
