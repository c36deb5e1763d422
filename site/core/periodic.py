"""Periodic jobs, run by any number of workers; a missed period is caught up by one run.

Put `@periodic("name", every=timedelta(...))` on a function in `<app>/jobs.py`. A job derives what
it does from the state of the database and must be idempotent: if a worker dies half-way, its lease
ends and another worker starts the job again.
"""

import logging
import uuid
from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from core import site_words
from core.logs import class_and_place
from core.models import JobRun

logger = logging.getLogger(__name__)

HEARTBEAT = "heartbeat"
HEARTBEAT_EVERY = timedelta(seconds=10)
FIRST_RETRY = timedelta(seconds=10)
LAST_RETRY = timedelta(minutes=15)
MOST = timedelta(minutes=4)
LATE = timedelta(minutes=2)
AWAY = timedelta(minutes=1)  # without a sign of life there was no worker
KEEPS_FAILING = 3  # times in a row


@dataclass(frozen=True)
class Job:
    """A registered job. With `at` it runs daily at that local time, else `every` so often."""

    name: str
    run: Callable[[], object]
    every: timedelta
    at: time | None = None
    at_most: timedelta = MOST

    def due_after(self, moment: datetime) -> datetime:
        if self.at is None:
            return moment + self.every
        return _next_local(self.at, moment)

    def first_due(self, moment: datetime) -> datetime:
        return moment if self.at is None else _next_local(self.at, moment)


registry: dict[str, Job] = {}
_stop_asked = False
_in_job = ContextVar("in_job", default=False)


def periodic(name, *, every, at=None, at_most=MOST):
    """Register the function as a job.

    With `at` (a local time of day) it runs once a day at that time. A run that takes longer than
    `at_most` counts as hung: its lease is not renewed, so that another worker may start it again.
    Raises ValueError if the name is taken.
    """

    def register(function):
        if name in registry or name == HEARTBEAT:
            raise ValueError(f"A job named {name!r} exists already.")
        registry[name] = Job(name=name, run=function, every=every, at=at, at_most=at_most)
        return function

    return register


def discover() -> dict[str, Job]:
    """Import `jobs` of every app and return all jobs by name."""
    autodiscover_modules("jobs")
    return registry


def run_due(jobs=None, *, now=None) -> list[str]:
    """Run every job that is due and not leased to another worker; return the names of those run.

    They run one after the other; a worker runs each in a thread of its own, with `run`.
    """
    ran = []
    for job in due(jobs, now=now):
        if _stop_asked:
            break
        if run(job, now=now):
            ran.append(job.name)
    return ran


def due(jobs=None, *, now=None) -> list[Job]:
    """The jobs that are due, the one that is due longest first; another worker may have them."""
    jobs = {job.name: job for job in (registry.values() if jobs is None else jobs)}
    return [jobs[name] for name in _due_names(jobs, now or timezone.now())]


def run(job, *, now=None, on_start=None) -> bool:
    """Run a job that is due; returns False if it is leased to another worker.

    If it fails, it is tried again after 10 seconds, doubling to a quarter of an hour.
    `on_start(lease)` is called before it.
    """
    lease = _claim(job, now or timezone.now())
    if lease is None:
        return False
    if on_start:
        on_start(lease)
    try:
        with as_job():
            job.run()
    except Exception as error:
        if not connection.in_atomic_block:
            # With a lost connection the failure could not be recorded either.
            connection.close_if_unusable_or_obsolete()
        _record_failure(job, lease, error, now or timezone.now())
    else:
        _record_success(job, lease, now or timezone.now())
    return True


def standing_still(now=None) -> list[str]:
    """The names of the jobs that keep failing, or should have run or ended a while ago; [] is good.

    Those of which no worker has a record are not named: then no worker has ever run.
    """
    now = now or timezone.now()
    beats = JobRun.objects.filter(name=HEARTBEAT).values_list("last_started_at", flat=True)
    since = beats.first()
    rows = JobRun.objects.filter(name__in=discover())
    return [row.name for row in rows if _is_late(row, now, since)]


def _is_late(row, now, worker_since):
    """A worker that has just come back, after a restore too, gets a while to catch up."""
    if row.failures >= KEEPS_FAILING:
        return True
    if _is_leased(row, now) and row.last_started_at:
        return row.last_started_at + registry[row.name].at_most < now
    return max(row.due_at, worker_since or row.due_at) + LATE < now


def ask_to_stop(stop=True) -> None:
    global _stop_asked
    _stop_asked = stop


def asked_to_stop() -> bool:
    """Whether the worker was told to stop: a job with many small steps then ends early."""
    return _stop_asked


@contextmanager
def as_job():
    """A block in which `is_job` holds, and what staff wrote on the site is used."""
    token = _in_job.set(True)
    try:
        with site_words.in_use():
            yield
    finally:
        _in_job.reset(token)


def is_job() -> bool:
    """Whether this code runs in a job, where no visitor waits for it."""
    return _in_job.get()


def lease_length() -> timedelta:
    return timedelta(seconds=settings.JOB_LEASE_SECONDS)


def renew_lease(name, lease) -> None:
    """Extend the lease by `lease_length`, unless another worker has taken the job over."""
    JobRun.objects.filter(name=name, lease=lease).update(
        leased_until=timezone.now() + lease_length()
    )


def run_soon(name) -> None:
    """Make this job due now; does nothing if no worker has met this job yet."""
    JobRun.objects.filter(name=name).update(due_at=timezone.now())


def record_heartbeat(now=None) -> None:
    """Record that a worker is alive, and since when there has been one."""
    now = now or timezone.now()
    values = {"due_at": now + HEARTBEAT_EVERY, "last_finished_at": now}
    row = JobRun.objects.filter(name=HEARTBEAT)
    if not row.filter(last_finished_at__gte=now - AWAY).update(**values):
        JobRun.objects.update_or_create(name=HEARTBEAT, defaults=values | {"last_started_at": now})


def last_heartbeat() -> datetime | None:
    """When a worker was last seen alive; None if there never was one."""
    return JobRun.objects.filter(name=HEARTBEAT).values_list("last_finished_at", flat=True).first()


def _due_names(jobs, now):
    rows = {row.name: row for row in JobRun.objects.filter(name__in=jobs)}
    missing = [
        JobRun(name=job.name, due_at=job.first_due(now))
        for job in jobs.values()
        if job.name not in rows
    ]
    if missing:
        JobRun.objects.bulk_create(missing, ignore_conflicts=True)
        rows |= {row.name: row for row in missing}
    for row in rows.values():
        _mend_after_a_wrong_clock(row, jobs[row.name], now)
    found = [row for row in rows.values() if row.due_at <= now and not _is_leased(row, now)]
    return [row.name for row in sorted(found, key=lambda row: row.due_at)]


def _mend_after_a_wrong_clock(row, job, now):
    """Make a job due that a clock of tomorrow put off, or whose lease it made last for days.

    Otherwise it would not run until then, although the clock is right again.
    """
    wrong = {}
    if row.due_at > max(job.due_after(now), now + LAST_RETRY):
        wrong["due_at"] = now
    if row.leased_until and row.leased_until > now + 2 * lease_length():
        wrong["leased_until"] = None
    if wrong and JobRun.objects.filter(pk=row.pk, due_at=row.due_at).update(**wrong):
        logger.warning("Job %s was put off by a clock that was wrong.", row.name)
        vars(row).update(wrong)


def _is_leased(row, now):
    return row.leased_until is not None and row.leased_until > now


def _claim(job, now):
    # One conditional UPDATE: of two workers only one changes the row, on any database.
    lease = uuid.uuid4()
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    claimed = JobRun.objects.filter(free, name=job.name, due_at__lte=now).update(
        lease=lease, leased_until=now + lease_length(), last_started_at=now
    )
    return lease if claimed else None


def _record_success(job, lease, now):
    # Counted from now, not from when it was due: after a day of downtime it runs once.
    recorded = JobRun.objects.filter(name=job.name, lease=lease).update(
        due_at=job.due_after(now),
        last_finished_at=now,
        last_error="",
        failures=0,
        lease=None,
        leased_until=None,
    )
    if not recorded:
        logger.warning("Job %s outlived its lease; another worker ran it as well.", job.name)


def _record_failure(job, lease, error, now):
    run = JobRun.objects.filter(name=job.name, lease=lease).first()
    if run is None:
        return
    run.failures += 1
    run.last_error = class_and_place(error)[:500]
    run.last_finished_at = now
    run.due_at = now + _retry_delay(run.failures)
    run.lease = run.leased_until = None
    run.save()
    logger.error("Job %s failed (%s in a row): %s", job.name, run.failures, run.last_error)


def _retry_delay(failures):
    return min(FIRST_RETRY * 2 ** min(failures - 1, 20), LAST_RETRY)


def _next_local(at, moment):
    local = timezone.localtime(moment)
    slot = datetime.combine(local.date(), at, tzinfo=timezone.get_default_timezone())
    if slot <= local:
        slot = datetime.combine(
            local.date() + timedelta(days=1), at, tzinfo=timezone.get_default_timezone()
        )
    return slot
