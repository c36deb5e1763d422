import logging
import signal
import threading
import time

from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, close_old_connections, connections
from django.utils import timezone

from core import logs, periodic
from core.crew import Crew

logger = logging.getLogger("core.worker")

PAUSE = 1.0
LONGEST_PAUSE = 10.0
LEAVE_SECONDS = 20.0  # a host that stops the worker kills it after about half a minute


class Command(BaseCommand):
    help = "Run the periodic jobs: mail, holds, payments, scheduled pages, retention."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="Run what is due, then end.")

    def handle(self, *, once, **options):
        periodic.discover()
        periodic.ask_to_stop(False)
        self._listen_for_stop()
        crew = Crew()
        pulse = Pulse(crew)
        pulse.start()
        try:
            if once:
                crew.run_in_turn(periodic.due())
            else:
                self._loop(crew, pulse)
        finally:
            pulse.stop()
            connections.close_all()

    def _listen_for_stop(self):
        # Only sets a flag, so that the jobs in hand can finish. A second signal changes nothing;
        # whoever cannot wait sends SIGKILL, which the leases allow for.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *args: periodic.ask_to_stop())

    def _loop(self, crew, pulse):
        logger.info("Worker started with %s jobs.", len(periodic.registry))
        pause = PAUSE
        while not periodic.asked_to_stop():
            pulse.watch()
            try:
                close_old_connections()
                crew.start(periodic.due())
                pause = PAUSE
            except (DatabaseError, InterfaceError) as error:
                # The database is away: drop the broken connection and try until it is back.
                logger.error("Worker cannot reach the database: %s", logs.class_and_place(error))
                connections.close_all()
                pause = min(pause * 2, LONGEST_PAUSE)
            self._rest(pause)
        left = crew.finish(LEAVE_SECONDS)
        logger.info("Worker stopped%s.", f" in the middle of {', '.join(left)}" if left else "")

    def _rest(self, seconds):
        until = time.monotonic() + seconds
        while not periodic.asked_to_stop() and time.monotonic() < until:
            time.sleep(0.2)


class Pulse:
    """A thread that records the worker's heartbeat and renews the leases of the jobs in hand.

    It records none when the loop that starts jobs has not called `watch` for `loop_may_take`
    seconds.
    """

    loop_may_take = 30.0

    def __init__(self, crew):
        self._crew = crew
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)
        self._seen = time.monotonic()

    def start(self):
        self._thread.start()

    def stop(self):
        self._ended.set()
        self._thread.join(timeout=5)

    def watch(self):
        self._seen = time.monotonic()

    def _run(self):
        every = min(periodic.HEARTBEAT_EVERY, periodic.lease_length() / 3).total_seconds()
        last_beat = None
        try:
            while True:
                last_beat = self._beat(timezone.now(), last_beat)
                if self._ended.wait(every):
                    return
        finally:
            connections.close_all()

    def _beat(self, now, last_beat):
        try:
            close_old_connections()
            self._crew.renew_leases()
            is_due = last_beat is None or now - last_beat >= periodic.HEARTBEAT_EVERY
            if is_due and time.monotonic() - self._seen <= self.loop_may_take:
                periodic.record_heartbeat(now)
                return now
        except (DatabaseError, InterfaceError):
            connections.close_all()
        return last_beat
