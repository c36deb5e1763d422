"""The threads of a worker: each job has its own, so that none waits for what another waits for."""

import logging
import threading
import time

from django.db import DatabaseError, InterfaceError, connections

from core import logs, periodic

logger = logging.getLogger("core.worker")

AT_ONCE = 4  # each takes a connection to the database
SLOW = 5.0  # seconds after which a job waits for something else and takes nobody's turn
MOST_HUNG = 3  # runs of one job that never ended, before it is started no more


class Crew:
    """Starts jobs and knows which are under way. Only the loop of the worker starts any."""

    def __init__(self):
        self._runs = []

    def start(self, jobs):
        """Start these jobs, as far as there is room; the others are due again at the next call."""
        self._runs = [run for run in self._runs if run.is_alive()]
        for job in jobs:
            if sum(run.age < SLOW for run in self._runs) >= AT_ONCE:
                return
            if self._may_start(job):
                run = _Run(job)
                self._runs.append(run)
                run.start()

    def run_in_turn(self, jobs):
        """Run these jobs one after the other."""
        for job in jobs:
            self._runs = [run := _Run(job)]
            run.start()
            run.join()

    def renew_leases(self):
        """Keep the jobs under way from being taken over, except those that seem to hang."""
        for run in list(self._runs):
            if run.is_alive() and run.lease and not run.is_hung:
                periodic.renew_lease(run.job.name, run.lease)

    def finish(self, seconds):
        """Wait for the jobs under way; returns the names of those that did not end in time."""
        until = time.monotonic() + seconds
        for run in self._runs:
            run.join(max(0.0, until - time.monotonic()))
        return [run.job.name for run in self._runs if run.is_alive()]

    def _may_start(self, job):
        runs = [run for run in self._runs if run.job is job]
        return all(run.is_hung for run in runs) and len(runs) < MOST_HUNG


class _Run(threading.Thread):
    """One run of a job. A daemon: the worker can stop without it, its lease then ends."""

    def __init__(self, job):
        super().__init__(name=job.name, daemon=True)
        self.job = job
        self.lease = None
        self._began = time.monotonic()

    @property
    def age(self):
        return time.monotonic() - self._began

    @property
    def is_hung(self):
        return self.age > self.job.at_most.total_seconds()

    def run(self):
        try:
            periodic.run(self.job, on_start=self._take)
        except (DatabaseError, InterfaceError) as error:
            logger.error("Job %s: no database: %s", self.job.name, logs.class_and_place(error))
        finally:
            connections.close_all()

    def _take(self, lease):
        self.lease = lease
