"""A reader of the site behind its WSGI layer, in this process: what a server would send."""

import io
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from core.kept.layer import KeptPages


@contextmanager
def connections_kept():
    """As Django's test client does: the connection holds the transaction of the test."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


@dataclass
class Got:
    status: int
    headers: dict
    body: bytes

    @property
    def text(self):
        return self.body.decode()

    @property
    def html(self):
        return BeautifulSoup(self.body, "html.parser")


@dataclass
class Reader:
    """`rendered` are the (method, path) that reached the site itself."""

    host: str = "testserver"
    rendered: list = field(default_factory=list)

    def __post_init__(self):
        self._site = WSGIHandler()
        self.layer = KeptPages(self._counted)

    def _counted(self, environ, start_response):
        self.rendered.append((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        return self._site(environ, start_response)

    def get(self, url, method="GET", **headers):
        parts = urlsplit(url)
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "192.0.2.1",
            "HTTP_HOST": self.host,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        } | {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        said = []
        with connections_kept():
            response = self.layer(environ, lambda *given: said.append(given))
        body = b"".join(response)
        if hasattr(response, "close"):
            with connections_kept():
                response.close()
        return Got(int(said[0][0].split()[0]), dict(said[0][1]), body)
