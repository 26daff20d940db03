"""The timetable: each slot once, whatever runs twice; what fails is kept and can be run again."""

import datetime as dt

import pytest
import time_machine
from celery import current_app
from django.db import IntegrityError, transaction

from alliance.common import schedule
from alliance.common.beat import DatabaseScheduler
from alliance.common.clock import now
from alliance.common.exceptions import InvalidTransition
from alliance.common.models import ScheduleEntry, TaskRun
from alliance.common.models.schedule import RunState
from tests.support import client_for, moment

NOW = moment("2026-03-05 09:00")


@pytest.fixture
def sleeping(settings):
    """Workers that are not there: messages are lost."""
    current_app.conf.task_always_eager = False
    settings.CELERY_TASK_ALWAYS_EAGER = False
    original, schedule.wake_for = schedule.wake_for, lambda run: None
    yield
    schedule.wake_for = original
    current_app.conf.task_always_eager = True


def entry(**values):
    given = {"code": "test", "task": "alliance.common.tasks.tidy_runs", "every_seconds": 60, "next_run_at": NOW} | values
    return ScheduleEntry.objects.create(**given)


@pytest.mark.django_db
def test_a_slot_is_planned_carried_out_and_noted(django_capture_on_commit_callbacks):
    one = entry()

    with time_machine.travel(NOW, tick=False), django_capture_on_commit_callbacks(execute=True):
        planned = schedule.tick()

    one.refresh_from_db()
    run = one.runs.get()
    assert (planned, run.slot, run.state, run.result) == (1, NOW, RunState.DONE, "0")
    assert one.next_run_at == NOW + dt.timedelta(minutes=1)


@pytest.mark.django_db(transaction=True)
def test_two_beats_plan_each_slot_of_an_hour_once(race, sleeping):
    entry()

    def beat():
        for second in range(0, 3600, 20):
            with time_machine.travel(NOW + dt.timedelta(seconds=second), tick=False):
                schedule.tick()
                TaskRun.objects.filter(state=RunState.WAITING).update(state=RunState.RUNNING)

    beat()
    slots = list(TaskRun.objects.values_list("slot", flat=True))
    TaskRun.objects.all().delete()
    ScheduleEntry.objects.update(next_run_at=NOW)
    with time_machine.travel(NOW, tick=False):
        race(*[schedule.tick] * 6)

    assert (len(slots), len(set(slots)), TaskRun.objects.count()) == (60, 60, 1)


@pytest.mark.django_db(transaction=True)
def test_control_the_database_refuses_a_second_run_of_a_slot():
    one = entry()
    TaskRun.objects.create(entry=one, task=one.task, slot=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        TaskRun.objects.create(entry=one, task=one.task, slot=NOW)


@pytest.mark.django_db(transaction=True)
def test_five_workers_get_the_same_message_and_one_runs(race, sleeping):
    one = entry(task="tests.count")
    run = TaskRun.objects.create(entry=one, task=one.task, slot=NOW)
    calls = []

    @current_app.task(name="tests.count")
    def count():
        calls.append(1)

    race(*[lambda: schedule.carry_out(run.pk)] * 5)

    assert calls == [1]


@pytest.mark.django_db
def test_a_beat_that_stood_still_for_a_day_makes_up_with_one_run(sleeping):
    one = entry()

    with time_machine.travel(NOW + dt.timedelta(days=1), tick=False):
        schedule.tick()
        one.refresh_from_db()

    assert (one.runs.count(), one.next_run_at) == (1, NOW + dt.timedelta(days=1, minutes=1))


@pytest.mark.django_db
def test_a_failure_is_kept_with_its_words_and_can_be_run_again(secretary, timeline, caplog):
    one = entry(task="tests.failing")
    answers = [ValueError("no such thing"), 7]

    @current_app.task(name="tests.failing")
    def failing():
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    run = TaskRun.objects.create(entry=one, task=one.task, slot=NOW)
    schedule.carry_out(run.pk)
    run.refresh_from_db()
    failed = (run.state, "no such thing" in run.error)
    schedule.retry(run, actor=secretary)
    schedule.carry_out(run.pk)
    run.refresh_from_db()

    assert (failed, run.state, run.result, timeline(run)) == ((RunState.FAILED, True), RunState.DONE, "7", [("task.retried", secretary)])
    with pytest.raises(InvalidTransition):
        schedule.dismiss(run, actor=secretary)


@pytest.mark.django_db
def test_a_worker_that_dies_three_times_leaves_a_dead_letter(sleeping):
    run = TaskRun.objects.create(entry=entry(), task="x", slot=NOW)
    for hour in range(3):
        with time_machine.travel(NOW + dt.timedelta(hours=hour), tick=False):
            schedule.claim(run.pk)
        with time_machine.travel(NOW + dt.timedelta(hours=hour, minutes=10), tick=False):
            schedule.release_stuck(now())

    run.refresh_from_db()
    assert (run.state, run.attempts) == (RunState.FAILED, 3)


@pytest.mark.django_db
def test_a_message_that_redis_lost_is_sent_again():
    run = TaskRun.objects.create(entry=entry(is_on=False), task="alliance.common.tasks.tidy_runs", slot=NOW)

    with time_machine.travel(NOW + dt.timedelta(minutes=2), tick=False):
        schedule.tick()

    run.refresh_from_db()
    assert run.state == RunState.DONE


@pytest.mark.django_db
def test_beat_makes_rows_of_the_settings_and_leaves_what_staff_changed(settings, monkeypatch):
    # Between ticks beat closes connections that are too old; the test's own must stay.
    monkeypatch.setattr("alliance.common.beat.close_old_connections", lambda: None)
    beat = DatabaseScheduler(app=current_app)
    beat.tick()
    ScheduleEntry.objects.filter(code="send-reminders").update(every_seconds=900, is_on=False)
    beat.synced = False
    beat.tick()

    kept = ScheduleEntry.objects.get(code="send-reminders")
    assert (kept.every_seconds, kept.is_on) == (900, False)
    assert set(ScheduleEntry.objects.values_list("code", flat=True)) == set(settings.CELERY_BEAT_SCHEDULE)


@pytest.mark.django_db
@pytest.mark.parametrize(("after", "slot"), [("2026-03-05 03:29", "2026-03-05 03:30"), ("2026-03-05 03:30", "2026-03-06 03:30")])
def test_a_daily_task_runs_at_its_beijing_time(after, slot):
    assert schedule.next_slot(entry(every_seconds=None, daily_at=dt.time(3, 30)), moment(after)) == moment(slot)


@pytest.mark.django_db(transaction=True)
def test_an_entry_has_one_rhythm():
    with pytest.raises(IntegrityError):
        entry(daily_at=dt.time(3, 30))


@pytest.mark.django_db
def test_old_runs_are_tidied_up_and_failures_kept():
    one = entry()
    for number, (state, days) in enumerate([("done", 3), ("done", 1), ("failed", 30)]):
        run = TaskRun.objects.create(entry=one, task="x", slot=NOW + dt.timedelta(seconds=number))
        if state == "done":
            schedule.claim(run.pk)
            run.refresh_from_db()
            schedule.finish(run, RunState.DONE)
        else:
            schedule.keep_failure("x", [], "y")
        TaskRun.objects.order_by("-pk").filter(state=state)[:1].get()
        TaskRun.objects.filter(pk=TaskRun.objects.filter(state=state).latest("pk").pk).update(ended_at=now() - dt.timedelta(days=days))

    assert schedule.tidy_runs() == 1


@pytest.mark.django_db
def test_the_page_says_last_run_next_run_and_failures(secretary, django_assert_num_queries):
    schedule.sync_entries()
    one = ScheduleEntry.objects.get(code="send-outbox")
    for number in range(30):
        TaskRun.objects.create(entry=one, task=one.task, slot=NOW + dt.timedelta(minutes=number), state=RunState.FAILED, ended_at=now())
    client = client_for(secretary)

    page = client.get("/admin/common/scheduleentry/").content.decode()
    changed = client.post(f"/admin/common/scheduleentry/{one.pk}/change/", {"every_seconds": "120", "daily_at": "", "is_on": "on"})
    both = client.post(f"/admin/common/scheduleentry/{one.pk}/change/", {"every_seconds": "120", "daily_at": "03:00", "is_on": "on"})

    one.refresh_from_db()
    assert ("发送邮件" in page, "有 30 项任务失败" in page, changed.status_code, both.status_code, one.every_seconds) == (True, True, 302, 200, 120)
