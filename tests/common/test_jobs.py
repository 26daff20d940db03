"""Background jobs."""

import datetime as dt

import pytest
import time_machine
from django.utils.translation import gettext_lazy as _

from alliance.common.exceptions import DomainError
from alliance.common.jobs import MAX_ATTEMPTS, STALE, claim, job_kind, run_due, start_job
from alliance.common.models import Job, Organisation
from alliance.common.models.jobs import JobState, Outcome
from tests.factories.common import OrganisationFactory


@job_kind("test.rename", label=_("Job"))
def rename(job: Job) -> None:
    """Rename the organisation, then do as told."""
    Organisation.objects.update(short_name="新名")
    job.progress(1, 2)
    job.row(Outcome.DONE, "organisation")
    if job.params.get("refuse"):
        raise DomainError("第 3 行：标识码不是 10 位数字。")
    if job.params.get("crash"):
        raise ZeroDivisionError
    job.summary = {"changed": 1}
    job.progress(2, 2)


@pytest.mark.django_db(transaction=True)
def test_a_job_runs_and_keeps_its_result(secretary, timeline):
    OrganisationFactory()

    job = start_job("test.rename", actor=secretary)
    run_due()

    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.percent, job.summary) == (JobState.DONE, 2, 2, 100, {"changed": 1})
    assert [(row.outcome, row.label) for row in job.rows.all()] == [(Outcome.DONE, "organisation")]
    assert timeline(job) == [("job.started", secretary), ("job.finished", "task:jobs")]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("params", [{"refuse": True}, {"crash": True}])
def test_a_job_that_fails_changes_nothing_and_says_so(params, secretary):
    OrganisationFactory(short_name="联盟")

    job = start_job("test.rename", actor=secretary, params=params)
    run_due()

    job.refresh_from_db()
    assert (job.state, job.rows.count(), Organisation.load().short_name) == (JobState.FAILED, 0, "联盟")
    assert job.message == ("第 3 行：标识码不是 10 位数字。" if "refuse" in params else job.message)
    assert "ZeroDivisionError" not in job.message


@pytest.mark.django_db
def test_a_job_whose_worker_died_is_taken_up_again_but_not_for_ever(secretary):
    job = Job.objects.create(kind="test.rename", started_by=secretary)
    now = dt.datetime(2026, 3, 5, tzinfo=dt.UTC)

    claimed = []
    for attempt in range(MAX_ATTEMPTS + 1):
        with time_machine.travel(now + attempt * (STALE + dt.timedelta(minutes=1)), tick=False):
            claimed.append(claim())

    job.refresh_from_db()
    assert (claimed, job.state, job.attempts) == ([job, job, job, None], JobState.FAILED, MAX_ATTEMPTS)


@pytest.mark.django_db(transaction=True)
def test_four_workers_run_a_job_once(race, secretary):
    job = Job.objects.create(kind="test.rename", started_by=secretary)

    claims = race(*[claim] * 4)

    assert [c for c in claims if c is not None] == [job]


def test_an_unknown_kind_is_refused(secretary):
    with pytest.raises(KeyError):
        start_job("test.unknown", actor=secretary)


@pytest.mark.django_db(transaction=True)
def test_the_versions_of_what_a_job_changed_name_who_started_it(secretary):
    organisation = OrganisationFactory()
    start_job("test.rename", actor=secretary)

    run_due()

    version = type(organisation).pgh_event_models["update"].objects.filter(pgh_obj=organisation).latest("pgh_id")
    assert version.pgh_context.metadata == {"user": secretary.pk, "job": "test.rename"}
