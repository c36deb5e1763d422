"""Payments, refunds and chargebacks of the fake, in the shape of Mollie's JSON."""

import re
import secrets
from datetime import UTC, datetime, timedelta
from decimal import Decimal

MINUTES_TO_PAY = 15
METHODS = ("ideal", "creditcard", "bancontact", "banktransfer", "paypal")
ENDS = {"paid": "paidAt", "failed": "failedAt", "canceled": "canceledAt", "expired": "expiredAt"}


class Refused(Exception):
    """A request that is answered with an error."""

    def __init__(self, status, title, detail, field=None):
        self.status, self.title, self.detail, self.field = status, title, detail, field


class Ledger:
    """The state of the fake. Callers hold the lock of the server."""

    def __init__(self):
        self.payments = {}
        self.refunds = {}
        self.chargebacks = {}
        self.answers = {}  # {idempotency key: (request, response)}
        self.base = "http://127.0.0.1"
        self.is_cancelable = True  # real iDEAL payments often are not

    def create(self, request):
        amount = _amount(request.get("amount"))
        for field in ("description", "redirectUrl"):
            if not request.get(field):
                raise _unprocessable(f"The {field} is missing", field)
        if len(request["description"]) > 255:
            raise _unprocessable("The description is too long", "description")
        if request.get("method") not in (None, *METHODS):
            raise _unprocessable("The payment method is invalid", "method")
        reference = f"tr_{secrets.token_hex(5)}"
        self.payments[reference] = {
            "resource": "payment",
            "id": reference,
            "mode": "test",
            "createdAt": _time(),
            "amount": amount,
            "description": request["description"],
            "method": request.get("method"),
            "metadata": request.get("metadata"),
            "status": "open",
            "isCancelable": self.is_cancelable,
            "locale": request.get("locale"),
            "expiresAt": _time(minutes=MINUTES_TO_PAY),
            "profileId": "pfl_madeUp",
            "sequenceType": "oneoff",
            "redirectUrl": request["redirectUrl"],
            **({"webhookUrl": request["webhookUrl"]} if request.get("webhookUrl") else {}),
            "_links": {
                "self": _link(f"{self.base}/v2/payments/{reference}"),
                "checkout": _link(f"{self.base}/checkout/{reference}", "text/html"),
                "dashboard": _link(f"{self.base}/dashboard/{reference}", "text/html"),
                "documentation": _link(f"{self.base}/documentation", "text/html"),
            },
        }
        return self.payments[reference]

    def get(self, reference):
        if reference not in self.payments:
            raise Refused(404, "Not Found", f"No payment exists with token {reference}.")
        return self.payments[reference]

    def cancel(self, reference):
        if not self.get(reference)["isCancelable"]:
            raise _unprocessable("The payment cannot be canceled")
        self.set_status(reference, "canceled")
        return self.get(reference)

    def set_status(self, reference, status):
        payment = self.get(reference)
        payment["status"] = status
        payment["isCancelable"] = status == "open" and self.is_cancelable
        if status in ENDS:
            payment[ENDS[status]] = _time()
            payment["_links"].pop("checkout", None)
        if status == "paid":
            payment["amountRefunded"] = payment["amount"] | {"value": "0.00"}
            payment["amountRemaining"] = payment["amount"]

    def refund(self, reference, request):
        payment, amount = self.get(reference), _amount(request.get("amount"))
        remaining = Decimal(payment.get("amountRemaining", {"value": "0"})["value"])
        if payment["status"] != "paid" or Decimal(amount["value"]) > remaining:
            raise _unprocessable("The amount is higher than the maximum", "amount.value")
        refund = {
            "resource": "refund",
            "id": f"re_{secrets.token_hex(5)}",
            "mode": "test",
            "createdAt": _time(),
            "amount": amount,
            "description": request.get("description", ""),
            "metadata": request.get("metadata"),
            "paymentId": reference,
            "status": "pending",
        }
        refund["_links"] = {
            "self": _link(f"{self.base}/v2/payments/{reference}/refunds/{refund['id']}"),
            "payment": _link(f"{self.base}/v2/payments/{reference}"),
            "documentation": _link(f"{self.base}/documentation", "text/html"),
        }
        self.refunds[refund["id"]] = refund
        _move(payment, "amountRemaining", -Decimal(amount["value"]))
        _move(payment, "amountRefunded", Decimal(amount["value"]))
        self._link_list(reference, "refunds")
        return refund

    def charge_back(self, reference, value=None, *, is_reversed=False):
        payment = self.get(reference)
        amount = payment["amount"] | ({"value": value} if value else {})
        chargeback = {
            "resource": "chargeback",
            "id": f"chb_{secrets.token_hex(5)}",
            "amount": amount,
            "paymentId": reference,
            "createdAt": _time(),
            "reversedAt": _time() if is_reversed else None,
        }
        chargeback["_links"] = {
            "self": _link(f"{self.base}/v2/payments/{reference}/chargebacks/{chargeback['id']}"),
            "payment": _link(f"{self.base}/v2/payments/{reference}"),
            "documentation": _link(f"{self.base}/documentation", "text/html"),
        }
        self.chargebacks[chargeback["id"]] = chargeback
        payment.setdefault("amountChargedBack", payment["amount"] | {"value": "0.00"})
        _move(payment, "amountChargedBack", Decimal(amount["value"]))
        self._link_list(reference, "chargebacks")
        return chargeback

    def reverse_charge_back(self, chargeback):
        self.chargebacks[chargeback]["reversedAt"] = _time()

    def listed(self, reference, kind):
        """The refunds or chargebacks of a payment, newest first, as one page of a list."""
        self.get(reference)
        found = [item for item in getattr(self, kind).values() if item["paymentId"] == reference]
        return {
            "count": len(found),
            "_embedded": {kind: found[::-1]},
            "_links": {
                "self": _link(f"{self.base}/v2/payments/{reference}/{kind}"),
                "previous": None,
                "next": None,
                "documentation": _link(f"{self.base}/documentation", "text/html"),
            },
        }

    def all_of(self, kind, start=None, limit=50):
        """One page of all payments, refunds or chargebacks, newest first, from id `start` on."""
        found = list(getattr(self, kind).values())[::-1]
        ids = [item["id"] for item in found]
        begin = ids.index(start) if start in ids else 0
        page, rest = found[begin : begin + limit], ids[begin + limit :]
        address = f"{self.base}/v2/{kind}"
        return {
            "count": len(page),
            "_embedded": {kind: page},
            "_links": {
                "self": _link(address),
                "previous": None,
                "next": _link(f"{address}?from={rest[0]}&limit={limit}") if rest else None,
                "documentation": _link(f"{self.base}/documentation", "text/html"),
            },
        }

    def _link_list(self, reference, kind):
        links = self.payments[reference]["_links"]
        links[kind] = _link(f"{self.base}/v2/payments/{reference}/{kind}")


def _amount(amount):
    """Mollie accepts only a string with two decimals."""
    amount = amount if isinstance(amount, dict) else {}
    value = amount.get("value")
    if not isinstance(value, str) or not re.fullmatch(r"\d+\.\d{2}", value):
        raise _unprocessable("The amount contains an invalid value", "amount")
    if Decimal(value) <= 0 or amount.get("currency") != "EUR":
        raise _unprocessable("The amount or its currency is not supported", "amount")
    return {"currency": "EUR", "value": value}


def _move(payment, name, by):
    payment[name] = payment[name] | {"value": str(Decimal(payment[name]["value"]) + by)}


def _link(href, kind="application/hal+json"):
    return {"href": href, "type": kind}


def _time(minutes=0):
    return (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat(timespec="seconds")


def _unprocessable(detail, field=None):
    return Refused(422, "Unprocessable Entity", detail, field)
