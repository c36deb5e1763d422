"""A fake of Mollie's payments API over HTTP that fails on demand.

    with FakeMollie() as mollie:
        ...                                         # the site talks to mollie.url
        mollie.fail("create", drop="after")         # processed, but the response is lost
        mollie.set_status("tr_...", "paid")
        mollie.add_chargeback("tr_...")

By hand: python -m tests.fake_mollie --port 9400
"""

import contextlib
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from dataclasses import dataclass

from .ledger import Ledger
from .server import Server

__all__ = ["FakeMollie", "Fault"]


@dataclass
class Fault:
    """What goes wrong with the next `times` requests to a route."""

    status: int = 0  # respond with this status and do nothing
    retry_after: int = 0  # seconds that the response asks to wait
    delay: float = 0  # seconds before anything happens
    hang: bool = False  # never respond (until the server stops)
    drop: str = ""  # "before" or "after" processing: close the connection without a response
    body: bytes = b""  # respond with this instead, after processing
    times: int = 1


class FakeMollie:
    """The server and its controls. A fault can be that of one id ("get tr_...") or one list ("all
    refunds"). Routes are named create, get, cancel, refund, refunds,
    chargebacks, all (the lists of the whole account) and checkout; "*" means each of them."""

    def __init__(self, port=0):
        self.port = port
        self.ledger = Ledger()
        self.counts = Counter()  # requests by route
        self.keys = []  # (route, Idempotency-Key) in order of arrival
        self.bodies = []  # (route, body) as sent
        self.webhooks = []  # (payment id, status of the site's response; 0: no site there)
        self.webhook_copies = 1  # how many times each webhook is sent
        self.hold_webhooks = False  # keep them until deliver_webhooks is called
        self.waiting_webhooks = []
        self.released = threading.Event()  # ends requests that hang
        self.lock = threading.RLock()
        self._faults = {}
        self._server = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    # --- The server -----------------------------------------------------------------------

    def start(self):
        self.released.clear()
        self._server = Server(self)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def stop(self):
        """Close the port. start() opens the same port again, with the same payments."""
        if self._server:
            self.released.set()
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    __enter__ = start

    def __exit__(self, *exception):
        self.stop()

    # --- Faults ---------------------------------------------------------------------------

    def fail(self, route="*", **fault):
        """Let the next requests to this route fail in this way, see Fault."""
        with self.lock:
            self._faults.setdefault(route, []).append(Fault(**fault))

    def heal(self):
        """Remove all faults."""
        with self.lock:
            self._faults.clear()

    def next_fault(self, route, about=""):
        with self.lock:
            for name in (f"{route} {about}", route, "*"):
                queue = self._faults.get(name)
                if queue:
                    fault = queue[0]
                    fault.times -= 1
                    if fault.times == 0:
                        queue.pop(0)
                    return fault
        return Fault()

    # --- Payments -------------------------------------------------------------------------

    @property
    def payments(self):
        """{id: payment}, as Mollie's JSON."""
        return self.ledger.payments

    def set_status(self, reference, status, *, webhook=False):
        """Set open, pending, paid, failed, canceled or expired (Mollie's spelling)."""
        with self.lock:
            self.ledger.set_status(reference, status)
        if webhook:
            self.call_webhook(reference)

    def set_amount(self, reference, value, currency="EUR"):
        """Pretend that another amount was paid than was asked for."""
        with self.lock:
            self.payments[reference]["amount"] = {"currency": currency, "value": value}

    def set_refund_status(self, refund, status):
        """Set queued, pending, processing, refunded, failed or canceled."""
        with self.lock:
            self.ledger.refunds[refund]["status"] = status

    def add_refund(self, reference, value):
        """Pretend that somebody refunded in Mollie's dashboard. Returns the refund's id."""
        with self.lock:
            amount = {"currency": "EUR", "value": value}
            return self.ledger.refund(reference, {"amount": amount})["id"]

    def reverse_chargeback(self, chargeback):
        """Let the bank give the money again that it had taken back."""
        with self.lock:
            self.ledger.reverse_charge_back(chargeback)

    def add_chargeback(self, reference, value=None, *, is_reversed=False):
        """Let the bank take the money back. Returns the chargeback's id."""
        with self.lock:
            return self.ledger.charge_back(reference, value, is_reversed=is_reversed)["id"]

    # --- Webhooks -------------------------------------------------------------------------

    def call_webhook(self, reference):
        if self.hold_webhooks:
            self.waiting_webhooks.append(reference)
            return
        for _ in range(self.webhook_copies):
            self._post(self.payments[reference].get("webhookUrl"), reference)

    def deliver_webhooks(self, order=lambda waiting: waiting):
        """Send the webhooks that were held; `order` may reorder, repeat or drop some of them."""
        waiting, self.waiting_webhooks = self.waiting_webhooks, []
        self.hold_webhooks = False
        for reference in order(waiting):
            self.call_webhook(reference)

    def _post(self, url, reference):
        if not url:
            return
        data = urllib.parse.urlencode({"id": reference}).encode()
        status = 0
        with contextlib.suppress(OSError):
            try:
                with urllib.request.urlopen(url, data, timeout=15) as answer:
                    status = answer.status
            except urllib.error.HTTPError as error:
                status = error.code
                error.close()
        self.webhooks.append((reference, status))
