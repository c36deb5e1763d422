from datetime import timedelta
from threading import Barrier, Event, Thread

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from core import periodic
from core.crew import AT_ONCE, MOST_HUNG, Crew
from core.models import JobRun
from core.periodic import Job, run_due


@pytest.fixture
def db(own_database):
    """In place of pytest-django's: what a test writes is committed, so that threads see it."""


def test_only_one_of_many_workers_runs_a_job(db):
    ran, start = [], Barrier(8)
    job = Job(name="test_shared", run=lambda: ran.append(1), every=timedelta(minutes=1))
    JobRun.objects.create(name=job.name, due_at=timezone.now())

    def work():
        start.wait()
        run_due([job])
        connection.close()

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(ran) == 1


def test_the_worker_runs_due_jobs_once(db):
    call_command("run_worker", once=True)

    assert periodic.last_heartbeat() is not None
    run = JobRun.objects.get(name="publish_scheduled")
    assert (run.failures, run.last_finished_at is None) == (0, False)


@pytest.fixture
def waiting(db):
    """Jobs that wait until the test is over, and the crew that runs them."""
    over, crew = Event(), Crew()

    def job(name, **given):
        JobRun.objects.create(name=name, due_at=timezone.now())
        return Job(name=name, run=over.wait, **({"every": timedelta(seconds=1)} | given))

    yield crew, job
    over.set()
    assert crew.finish(20) == []


def test_a_job_that_waits_holds_up_no_other(waiting):
    crew, job = waiting
    ran = Event()
    JobRun.objects.create(name="test_quick", due_at=timezone.now())
    quick = Job(name="test_quick", run=ran.set, every=timedelta(seconds=1))
    crew.start([job("test_waits"), quick])

    assert ran.wait(20)
    assert crew.finish(0.5) == ["test_waits"]


def test_jobs_that_wait_take_a_turn_for_a_few_seconds_only(waiting, monkeypatch):
    crew, job = waiting
    jobs = [job(f"test_{number}") for number in range(AT_ONCE + 2)]
    crew.start(jobs)
    assert len(crew.finish(0)) == AT_ONCE
    monkeypatch.setattr("core.crew.SLOW", 0)
    crew.start(jobs)

    assert sorted(crew.finish(0)) == [job.name for job in jobs]


def test_a_job_is_started_anew_when_its_run_hangs_but_not_for_ever(waiting):
    crew, job = waiting
    hung = job("test_hangs", at_most=timedelta(0))
    for _ in range(MOST_HUNG + 2):
        crew.start([hung])

    assert crew.finish(0) == ["test_hangs"] * MOST_HUNG
    assert len(periodic.due([job("test_other")])) == 1
