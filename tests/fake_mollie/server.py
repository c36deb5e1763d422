"""The HTTP side of the fake: routes, idempotency keys, faults and the checkout page."""

import html
import json
import re
import time
import urllib.parse
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .ledger import Refused

PAYMENT = r"/v2/payments/(tr_\w+)"
ROUTES = [
    ("POST", re.compile(r"/v2/payments"), "create"),
    ("GET", re.compile(r"/v2/(payments|refunds|chargebacks)"), "all"),
    ("GET", re.compile(PAYMENT), "get"),
    ("DELETE", re.compile(PAYMENT), "cancel"),
    ("POST", re.compile(rf"{PAYMENT}/refunds"), "refund"),
    ("GET", re.compile(rf"{PAYMENT}/refunds"), "refunds"),
    ("GET", re.compile(rf"{PAYMENT}/chargebacks"), "chargebacks"),
    ("GET", re.compile(r"/checkout/(tr_\w+)"), "checkout"),
    ("POST", re.compile(r"/checkout/(tr_\w+)"), "checkout"),
]
MAKES = ("create", "refund")
CHOICES = {"paid": "Pay", "failed": "Fail", "canceled": "Cancel", "expired": "Expire"}
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Fake Mollie</title>
<h1>Fake Mollie</h1><p>{description}</p><p>EUR {amount} ({status})</p>
<form method="post">{buttons}</form></html>"""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, fake):
        self.fake = fake
        super().__init__(("127.0.0.1", fake.port), Handler)
        fake.ledger.base = f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request, client_address):
        """Ignore clients that gave up."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"  # one request for each connection, so that nothing stays open

    def answer(self):
        fake, asked = self.server.fake, urllib.parse.urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        route, reference = _route(self.command, asked.path)
        key = self.headers.get("Idempotency-Key", "")
        with fake.lock:
            fake.counts[route] += 1
            fake.keys.append((route, key))
            fake.bodies.append((route, body.decode(errors="replace")))
        fault = fake.next_fault(route, reference)
        time.sleep(fault.delay)
        if fault.hang:
            fake.released.wait()
        if fault.hang or fault.drop == "before":
            return
        if fault.status:
            error = Refused(fault.status, HTTPStatus(fault.status).phrase, "As was asked for.")
            return self.send_error_answer(error, fault.retry_after)
        if route == "checkout":
            return self.check_out(reference, body)
        try:
            status, found = self.process(route, reference, key, body)
        except Refused as error:
            return self.send_error_answer(error)
        if fault.drop != "after":
            self.send(status, fault.body or json.dumps(found).encode())

    do_GET = do_POST = do_DELETE = answer

    def process(self, route, reference, key, body):
        """Process one request at a time. A key that was used before gives the same response."""
        if not re.match(r"Bearer (test|live)_", self.headers.get("Authorization", "")):
            raise Refused(401, "Unauthorized Request", "Missing authentication")
        if not route:
            raise Refused(404, "Not Found", "The endpoint does not exist.")
        with self.server.fake.lock:
            if route not in MAKES:
                return 200, self.act(route, reference, body)
            asked = (route, reference, body)
            answers = self.server.fake.ledger.answers
            if key not in answers:
                answers[key] = asked, json.dumps(self.act(route, reference, body))
            before, answer = answers[key]
            if before != asked:
                raise Refused(422, "Unprocessable Entity", "This key was used otherwise.")
            return 201, json.loads(answer)

    def act(self, route, reference, body):
        ledger = self.server.fake.ledger
        if route == "create":
            return ledger.create(json.loads(body))
        if route == "refund":
            return ledger.refund(reference, json.loads(body))
        if route == "all":
            query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
            return ledger.all_of(reference, query.get("from"), int(query.get("limit", 50)))
        if route in ("refunds", "chargebacks"):
            return ledger.listed(reference, route)
        return getattr(ledger, route)(reference)

    # --- The checkout page ----------------------------------------------------------------

    def check_out(self, reference, body):
        fake = self.server.fake
        try:
            payment = fake.ledger.get(reference)
        except Refused as error:
            return self.send_error_answer(error)
        choice = urllib.parse.parse_qs(body.decode()).get("status", [""])[0]
        if choice in CHOICES:
            fake.set_status(reference, choice, webhook=True)
        if self.command == "POST":
            self.send_response(303)
            self.send_header("Location", payment["redirectUrl"])
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        names = [*CHOICES.items(), ("", "Back without a choice")]
        page = PAGE.format(
            description=html.escape(payment["description"]),
            amount=payment["amount"]["value"],
            status=payment["status"],
            buttons="".join(f'<button name="status" value="{v}">{n}</button>' for v, n in names),
        )
        return self.send(200, page.encode(), "text/html; charset=utf-8")

    # --- Responses ------------------------------------------------------------------------

    def send_error_answer(self, error, retry_after=0):
        body = {
            "status": error.status,
            "title": error.title,
            "detail": error.detail,
            "_links": {"documentation": {"href": "https://docs.mollie.com", "type": "text/html"}},
        }
        if error.field:
            body["field"] = error.field
        headers = {"Retry-After": str(retry_after)} if retry_after else {}
        self.send(error.status, json.dumps(body).encode(), **headers)

    def send(self, status, body, kind="application/hal+json", **headers):
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": len(body), **headers}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def _route(method, path):
    for verb, pattern, name in ROUTES:
        if verb == method and (match := pattern.fullmatch(path)):
            return name, (match.groups() or ("",))[0]
    return "", ""
