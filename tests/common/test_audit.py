"""The log of the domain."""

import pytest
from django.db import InternalError, connection, transaction

from alliance.common.audit import record, register_actions
from alliance.common.models import LogEntry
from tests.factories.common import OrganisationFactory, OutboxMessageFactory


@pytest.mark.django_db
def test_an_entry_shows_in_the_timeline_of_each_record_it_is_about(secretary, timeline):
    organisation, message = OrganisationFactory(), OutboxMessageFactory()

    record("record.changed", organisation, message, organisation, actor=secretary, changes={"name": ["甲", "乙"]})

    assert timeline(organisation) == [("record.changed", secretary)]
    assert timeline(message) == [("record.changed", secretary)]


@pytest.mark.django_db
def test_a_timeline_is_read_in_the_order_in_which_things_happened(secretary, timeline):
    organisation = OrganisationFactory()

    record("record.added", organisation, source="sample")
    record("record.changed", organisation, actor=secretary)

    assert [action for action, _who in timeline(organisation)] == ["record.added", "record.changed"]


@pytest.mark.django_db
@pytest.mark.parametrize("originator", [{}, {"source": "sample", "both": True}])
def test_an_entry_without_exactly_one_originator_is_refused(originator, secretary):
    arguments = {"source": originator.get("source", ""), "actor": secretary if originator.get("both") else None}

    with pytest.raises(ValueError, match="only one of them"):
        record("record.added", OrganisationFactory(), **arguments)


@pytest.mark.django_db
def test_an_unknown_action_is_refused(secretary):
    with pytest.raises(ValueError, match="not registered"):
        record("no.such.action", OrganisationFactory(), actor=secretary)


def test_one_action_cannot_mean_two_things():
    with pytest.raises(ValueError, match="registered twice"):
        register_actions({"record.added": "Something else"})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE common_logentry SET action = 'x'",
        "DELETE FROM common_logentry",
        "TRUNCATE common_logentry CASCADE",
        "UPDATE common_logsubject SET object_id = 'x'",
        "DELETE FROM common_logsubject",
        "TRUNCATE common_logsubject",
    ],
)
def test_the_log_cannot_be_changed_by_anybody(statement):
    record("record.added", OrganisationFactory(), source="sample")

    with pytest.raises(InternalError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert LogEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_entry_cannot_be_dated_back():
    record("record.added", OrganisationFactory(), source="sample")

    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO common_logentry (action, source, data, occurred_at) VALUES ('record.added', 'sample', '{}', '2001-01-01')")
        cursor.execute("SELECT count(*) FROM common_logentry WHERE occurred_at < now() - interval '1 hour'")
        assert cursor.fetchone()[0] == 0
