"""An overall deadline for talking to another machine.

The timeout of a socket counts for each read, so a server that drips one byte a second never trips
it. Under a `Deadline` whatever connection this thread makes, in whatever library, is cut off when
the time is over; the library then reports a lost connection. Only the look-up of a name cannot be
cut off: the resolver has limits of its own.
"""

import contextlib
import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextvars import ContextVar


class Deadline:
    """A context manager that allows so many seconds; may be entered again for a connection that
    stays open. `close` lets go of the connections.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.is_over = False
        self._lines: list[socket.socket] = []

    def __enter__(self) -> "Deadline":
        self.is_over = False
        self._timer = threading.Timer(self.seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()
        self._token = _current.set(self)
        return self

    def __exit__(self, *exception: object) -> None:
        _current.reset(self._token)
        self._timer.cancel()

    def add(self, line: socket.socket) -> None:
        """Cut this connection off too. Raises TimeoutError if the time is over."""
        if self.is_over:
            raise TimeoutError("The time for this conversation is over.")
        # A duplicate, because TLS takes the socket itself away from its object.
        self._lines.append(socket.socket(fileno=os.dup(line.fileno())))

    def close(self) -> None:
        while self._lines:
            self._lines.pop().close()

    def _cut(self) -> None:
        self.is_over = True
        for line in list(self._lines):
            with contextlib.suppress(OSError):  # it has ended already
                line.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def deadline(seconds: float) -> Iterator[Deadline]:
    """A block that talks to another machine for at most so many seconds."""
    limit = Deadline(seconds)
    try:
        with limit:
            yield limit
    finally:
        limit.close()


_current: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


def _watch(event: str, arguments: tuple) -> None:
    if event == "socket.connect" and (limit := _current.get()) is not None:
        limit.add(arguments[0])


# The one place that every library passes: smtplib, requests, httpx and the client of Redis.
sys.addaudithook(_watch)
