import logging
import signal
import threading
import time

from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, close_old_connections, connections
from django.utils import timezone

from core import logs, periodic

logger = logging.getLogger("core.worker")

PAUSE = 1.0
LONGEST_PAUSE = 10.0


class Command(BaseCommand):
    help = "Run the periodic jobs: mail, holds, payments, scheduled pages, retention."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="Run what is due, then end.")

    def handle(self, *, once, **options):
        periodic.discover()
        periodic.ask_to_stop(False)
        self._listen_for_stop()
        pulse = Pulse()
        pulse.start()
        try:
            if once:
                periodic.run_due(on_start=pulse.watch)
            else:
                self._loop(pulse)
        finally:
            pulse.stop()
            connections.close_all()

    def _listen_for_stop(self):
        # Only sets a flag, so that the current job can finish. A second signal changes nothing;
        # whoever cannot wait sends SIGKILL, which the leases allow for.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *args: periodic.ask_to_stop())

    def _loop(self, pulse):
        logger.info("Worker started with %s jobs.", len(periodic.registry))
        pause = PAUSE
        while not periodic.asked_to_stop():
            try:
                close_old_connections()
                pulse.watch(None, None)
                periodic.run_due(on_start=pulse.watch)
                pause = PAUSE
            except (DatabaseError, InterfaceError) as error:
                # The database is away: drop the broken connection and try until it is back.
                logger.error("Worker cannot reach the database: %s", logs.class_and_place(error))
                connections.close_all()
                pause = min(pause * 2, LONGEST_PAUSE)
            self._rest(pause)
        logger.info("Worker stopped.")

    def _rest(self, seconds):
        until = time.monotonic() + seconds
        while not periodic.asked_to_stop() and time.monotonic() < until:
            time.sleep(0.2)


class Pulse:
    """A thread that records the worker's heartbeat and renews the lease of the current job.

    It stops doing so when the main loop hangs: when a job runs longer than its `at_most`, or when
    the loop has not called `watch` for `loop_may_take` seconds.
    """

    loop_may_take = 60.0

    def __init__(self):
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)
        self._job = self._lease = None
        self._seen = time.monotonic()

    def start(self):
        self._thread.start()

    def stop(self):
        self._ended.set()
        self._thread.join(timeout=5)

    def watch(self, job, lease):
        self._job, self._lease, self._seen = job, lease, time.monotonic()

    def _run(self):
        every = min(periodic.HEARTBEAT_EVERY, periodic.lease_length() / 3).total_seconds()
        last_beat = None
        try:
            while True:
                now = timezone.now()
                if self._is_alive():
                    last_beat = self._beat(now, last_beat)
                if self._ended.wait(every):
                    return
        finally:
            connections.close_all()

    def _is_alive(self):
        job = self._job
        allowed = job.at_most.total_seconds() if job else self.loop_may_take
        return time.monotonic() - self._seen <= allowed

    def _beat(self, now, last_beat):
        job, lease = self._job, self._lease
        try:
            close_old_connections()
            if job:
                periodic.renew_lease(job.name, lease)
            if last_beat is None or now - last_beat >= periodic.HEARTBEAT_EVERY:
                periodic.record_heartbeat(now)
                return now
        except (DatabaseError, InterfaceError):
            connections.close_all()
        return last_beat
