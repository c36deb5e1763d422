"""The parts of the fake on which other tests rely: its checkout page, webhooks and keys."""

import threading
import uuid
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import httpx
import pytest

from courses import gateways
from tests.courses.gateways.test_mollie import CHARGE


@pytest.fixture
def site():
    """A site that responds to every webhook with 200: its URL, and the ids that it received."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.append(parse_qs(body.decode())["id"][0])
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    told = []
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/webhook/", told
        server.shutdown()


def made(site, **changes):
    charge = replace(CHARGE, key=uuid.uuid4(), webhook_url=site[0], **changes)
    return gateways.current().create(charge)


def test_a_browser_pays_on_its_page_and_the_site_gets_as_many_webhooks_as_asked(fake_mollie, site):
    fake_mollie.webhook_copies = 2
    payment = made(site)
    page = httpx.get(payment.checkout_url)
    assert (page.status_code, "EUR 1195.00 (open)" in page.text) == (200, True)
    back = httpx.post(payment.checkout_url, data={"status": "paid"})

    assert (back.status_code, back.headers["location"]) == (303, CHARGE.return_url)
    assert site[1] == [payment.reference] * 2
    assert fake_mollie.webhooks == [(payment.reference, 200)] * 2
    assert gateways.current().fetch(payment.reference).state == "paid"


def test_webhooks_can_arrive_late_and_in_another_order(fake_mollie, site):
    fake_mollie.hold_webhooks = True
    first, second = made(site), made(site)
    for payment in (first, second):
        fake_mollie.set_status(payment.reference, "paid", webhook=True)
    assert site[1] == []
    fake_mollie.deliver_webhooks(reversed)
    assert site[1] == [second.reference, first.reference]


def test_a_webhook_to_a_site_that_is_down_is_recorded(fake_mollie):
    payment = made(("http://127.0.0.1:1/webhook/",))
    fake_mollie.call_webhook(payment.reference)
    assert fake_mollie.webhooks == [(payment.reference, 0)]


def test_a_key_that_was_used_for_another_request_is_refused(fake_mollie):
    gateways.current().create(CHARGE)
    with pytest.raises(gateways.RefusedError):
        gateways.current().create(replace(CHARGE, amount_cents=1))
    assert len(fake_mollie.payments) == 1
