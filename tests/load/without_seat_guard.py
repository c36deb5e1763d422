"""The negative control of the races for seats: the same code without its guard.

Two functions of the domain are swapped out by the test. Production code has no switch for this.
"""

import secrets
import time

from courses.domain import rosters, seats
from courses.models import Roster

DAWDLE_SECONDS = 0.05


def take_the_guard_out(monkeypatch):
    monkeypatch.setattr(rosters, "lock", _without_a_lock)
    monkeypatch.setattr(seats, "_free_number", _number_that_nobody_else_takes)


def _without_a_lock(roster_id):
    return Roster.objects.get(pk=roster_id)


def _number_that_nobody_else_takes(numbers, capacity, beyond):
    """Check, dawdle, then take a random number, so that the unique seat does not guard either.

    Returns what `seats._free_number` returns: (number, whether it is an extra one).
    """
    if len(numbers) >= capacity:
        raise seats.NoSeatError
    time.sleep(DAWDLE_SECONDS)
    return capacity + 1 + secrets.randbelow(30_000), False
