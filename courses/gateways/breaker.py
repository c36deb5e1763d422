"""Keeps visitors from waiting, all threads together, for a provider that does not answer."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 0.5  # seconds to wait for a turn, and the age from which a call seems to hang
SLOW = 1.0  # seconds; a failure that comes faster holds nobody up


class BusyError(Exception):
    """No call is made now: too many are under way, or the last ones got no answer in time."""


class Breaker:
    """Lets `at_once` calls through at a time, and none for `rest` seconds after a slow failure.

    After the rest one call tries; the others go on being refused until it has succeeded.
    """

    def __init__(self, *, at_once: int, rest: float) -> None:
        self._at_once = at_once
        self._rest = rest
        self._began: list[float] = []  # of the calls under way
        self._turn = threading.Condition()
        self._closed_until = 0.0  # 0: the provider answers

    @contextmanager
    def call(self) -> Iterator[None]:
        """A block that makes one call. Raises BusyError when its turn does not come soon."""
        began = self._take_turn()
        try:
            yield
        except Exception:
            self._end(began, is_slow=time.monotonic() - began >= SLOW)
            raise
        else:
            self._end(began)

    def reset(self) -> None:
        """Let calls through again, as if the last one had been answered."""
        self._closed_until = 0.0

    def _take_turn(self) -> float:
        with self._turn:
            until = time.monotonic() + PATIENCE
            while len(self._began) >= self._at_once:
                left = min(until, self._began[0] + PATIENCE) - time.monotonic()
                if left <= 0 or not self._turn.wait(left):
                    raise BusyError
            now = time.monotonic()
            if now < self._closed_until:
                raise BusyError
            if self._closed_until:
                self._closed_until = now + self._rest
            self._began.append(now)
            return now

    def _end(self, began: float, *, is_slow: bool = False) -> None:
        with self._turn:
            self._began.remove(began)
            self._closed_until = time.monotonic() + self._rest if is_slow else 0.0
            self._turn.notify()


BREAKER = Breaker(at_once=2, rest=10)  # one for each process: most of its threads stay free
