from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from core import periodic
from core.models import JobRun
from core.periodic import Job, run_due


@pytest.fixture
def db(django_db_setup, django_db_blocker):
    """In place of pytest-django's: what a test writes is committed, so that threads see it."""
    with django_db_blocker.unblock():
        yield
        JobRun.objects.all().delete()
        connection.close()


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
