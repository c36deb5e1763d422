import threading
import time
from contextlib import suppress

import pytest

from courses.gateways import breaker
from courses.gateways.breaker import Breaker, BusyError

pytestmark = pytest.mark.anywhere


@pytest.fixture
def line(monkeypatch):
    monkeypatch.setattr(breaker, "SLOW", 0.05)
    return Breaker(at_once=2, rest=0.3)


def fail(line, *, slowly):
    with suppress(ZeroDivisionError), line.call():
        time.sleep(0.06 if slowly else 0)
        raise ZeroDivisionError


def is_busy(line):
    try:
        with line.call():
            return False
    except BusyError:
        return True


@pytest.fixture
def hanging(line):
    """As many calls under way as there may be, that last until the end of the test."""
    over, begun = threading.Event(), threading.Barrier(3)

    def hang():
        with line.call():
            begun.wait(10)
            over.wait(30)

    threads = [threading.Thread(target=hang) for _ in range(2)]
    for thread in threads:
        thread.start()
    begun.wait(10)
    yield over
    over.set()
    for thread in threads:
        thread.join()


def test_calls_follow_each_other(line):
    assert [is_busy(line) for _ in range(9)] == [False] * 9


def test_nobody_waits_long_for_calls_that_hang(line, hanging):
    time.sleep(breaker.PATIENCE)
    started = time.monotonic()

    assert [is_busy(line) for _ in range(100)] == [True] * 100
    assert time.monotonic() - started < 5


def test_a_turn_comes_when_a_call_ends_soon(line, hanging):
    threading.Timer(0.1, hanging.set).start()
    assert not is_busy(line)


def test_a_quick_failure_stops_nobody(line):
    fail(line, slowly=False)
    assert not is_busy(line)


def test_a_slow_failure_spares_the_others_until_a_try_has_succeeded(line):
    fail(line, slowly=True)
    assert is_busy(line)
    time.sleep(0.3)
    with line.call():
        assert is_busy(line)

    assert not is_busy(line)


def test_a_try_that_fails_slowly_begins_a_new_rest(line):
    fail(line, slowly=True)
    time.sleep(0.3)
    fail(line, slowly=True)
    assert is_busy(line)
