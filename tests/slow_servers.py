"""Servers on this machine that do not do what they should."""

import contextlib
import socket
import threading

import pytest


class SlowServer:
    """A port behind which something is wrong; what it is can be changed, see `cause`."""

    every = 0.05  # seconds from byte to byte

    def __init__(self, first=b"", trouble="drips"):
        self.first = first  # what it says at once, when it "drips" or gives "half" an answer
        self.ended = threading.Event()  # a client has gone away
        self.port = 0
        self._listener = None
        self.cause(trouble)

    def cause(self, trouble):
        """From now on it "refuses" connections, or accepts them and "hangs", "drips" (one byte at a
        time for as long as somebody listens) or gives "half" an answer.
        """
        self.close()
        self._over = threading.Event()
        if trouble == "refuses" and self.port:
            return
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
        self.port = self._listener.getsockname()[1]
        if trouble == "refuses":
            return self.close()
        arguments = (self._listener, trouble, self._over)
        threading.Thread(target=self._serve, args=arguments, daemon=True).start()

    def close(self):
        if self._listener:
            self._over.set()
            # Closing alone would leave a thread in accept(), and so the port open.
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None

    def _serve(self, listener, trouble, over):
        with contextlib.suppress(OSError):
            while True:
                arguments = (listener.accept()[0], trouble, over)
                threading.Thread(target=self._talk, args=arguments, daemon=True).start()

    def _talk(self, line, trouble, over):
        with contextlib.suppress(OSError), line:
            if trouble == "hangs":
                over.wait()
                return
            line.sendall(self.first)
            while trouble == "drips" and not over.wait(self.every):
                line.sendall(b"2")
        self.ended.set()


@pytest.fixture
def dripping():
    server = SlowServer()
    yield server
    server.close()
