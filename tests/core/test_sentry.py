"""What goes to a service for errors holds nothing personal."""

import gzip
import http.server
import json
import logging
import threading

import brotli
import pytest
import sentry_sdk

from core import sentry

pytestmark = pytest.mark.anywhere
CANARY = "Noor"


@pytest.fixture
def received(settings):
    """[body] of what a server received whose address is in SENTRY_DSN."""
    bodies = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            if self.headers.get("Content-Encoding") == "br":
                body = brotli.decompress(body)
            bodies.append(body.decode())
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *args):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.SENTRY_DSN = f"http://key@127.0.0.1:{server.server_port}/1"
        sentry.install()
        yield bodies
        sentry_sdk.get_client().close()
        sentry_sdk.init()
        server.shutdown()


def fail(name):
    secret = f"{name} de Vries"
    raise ValueError(f"{secret} typed this")


def test_an_error_arrives_with_its_place_and_nothing_personal(received):
    try:
        fail(CANARY)
    except ValueError:
        logging.getLogger("made_up").exception("mail to %s@example.nl failed", CANARY.lower())
    sentry_sdk.flush(10)

    [body] = [body for body in received if "ValueError" in body]
    event = json.loads(body.splitlines()[-1])
    assert event["exception"]["values"][0]["stacktrace"]["frames"][-1]["function"] == "fail"
    assert event["logentry"]["message"] == "mail to [mail] failed"
    assert [body for body in received if CANARY.lower() in body.lower()] == []


def test_nothing_of_the_request_is_kept():
    event = {
        "level": "error",
        "transaction": "/inschrijving/geheim-token/",
        "request": {"url": "https://x/?naam=Noor", "cookies": {"a": CANARY}, "data": CANARY},
        "user": {"ip_address": "192.0.2.7", "username": CANARY},
        "breadcrumbs": {"values": [{"message": CANARY}]},
        "extra": {"name": CANARY},
        "server_name": "host",
        "exception": {"values": [{"type": "ValueError", "value": CANARY, "stacktrace": None}]},
    }
    sent = sentry.bare(event)

    assert set(sent) == {"level", "transaction", "exception"}
    assert CANARY not in json.dumps(sent)
    assert "geheim" not in json.dumps(sent)


def test_without_an_address_nothing_is_sent(settings, monkeypatch):
    monkeypatch.setattr(sentry_sdk, "init", lambda *args, **kwargs: pytest.fail("it began"))
    settings.SENTRY_DSN = ""
    sentry.install()
