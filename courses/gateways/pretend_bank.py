"""A bank for local installations and tests: no money, and a person decides how a payment ends.

Each payment is a small file, because the web process and the worker share them. The page on which
people pay is in `pretend_bank_page`. Production refuses all of this, see `courses.checks`.
"""

import fcntl
import json
import os
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from . import Charge, RefundStatus, RefusedError, Status, UnknownPaymentError

name = "pretend_bank"

CURRENCY = "EUR"
TIME_TO_PAY = timedelta(minutes=15)
REFERENCE = re.compile(r"pretend_[0-9a-f]{32}")


def create(charge: Charge) -> Status:
    reference = f"pretend_{uuid.uuid5(charge.key, name).hex}"  # as hard to guess as the key
    with _locked():
        if not _path(reference).exists():
            payment: dict[str, Any] = {
                "state": "open",
                "amount_cents": charge.amount_cents,
                "description": charge.description,
                "key": str(charge.key),
                "return_url": charge.return_url,
                "language": charge.language,
                "expires_at": (timezone.now() + TIME_TO_PAY).isoformat(),
                "paid_at": None,
                "refunds": [],
            }
            _write(reference, payment)
        return _status(reference, read(reference))


def fetch(reference: str) -> Status:
    return _status(reference, read(reference))


def cancel(reference: str) -> Status:
    return decide(reference, "cancelled")


def refund(reference: str, *, amount_cents: int, description: str, key: uuid.UUID) -> RefundStatus:
    with _locked():
        payment = read(reference)
        for known in payment["refunds"]:
            if known["key"] == str(key):
                return RefundStatus(**known)
        left = payment["amount_cents"] - sum(item["amount_cents"] for item in payment["refunds"])
        if payment["state"] != "paid" or not 0 < amount_cents <= left:
            raise RefusedError("The pretend bank cannot give back more than was paid.")
        made: dict[str, Any] = {
            "reference": f"pretend_refund_{uuid.uuid5(key, reference).hex}",
            "key": str(key),
            "amount_cents": amount_cents,
            "state": "done",
        }
        payment["refunds"].append(made)
        _write(reference, payment)
        return RefundStatus(**made)


def list_payments(since: datetime) -> Iterator[Status]:
    for reference in _newest_first(since):
        yield fetch(reference)


def list_refunds(since: datetime) -> Iterator[tuple[str, RefundStatus]]:
    """Its refunds have no moment: those of payments made since then."""
    for found in list_payments(since):
        for made in found.refunds:
            yield found.reference, made


def list_chargebacks(since: datetime) -> Iterator[tuple[str, int]]:
    """Nobody takes money back here."""
    yield from ()


def decide(reference: str, state: str) -> Status:
    """End an open payment as the person at the bank chose; any other stays as it is."""
    with _locked():
        payment = read(reference)
        if payment["state"] == "open":
            payment["state"] = state
            payment["paid_at"] = timezone.now().isoformat() if state == "paid" else None
            _write(reference, payment)
        return _status(reference, payment)


def read(reference: str) -> dict[str, Any]:
    """The payment as it is stored; it expires when its time is over.

    Raises UnknownPaymentError.
    """
    if not REFERENCE.fullmatch(reference):
        raise UnknownPaymentError("This is no reference of the pretend bank.")
    try:
        payment = json.loads(_path(reference).read_text("utf-8"))
    except FileNotFoundError:
        raise UnknownPaymentError("The pretend bank does not know this payment.") from None
    if payment["state"] == "open" and timezone.now() >= datetime.fromisoformat(
        payment["expires_at"]
    ):
        payment["state"] = "expired"
    return payment


def _status(reference: str, payment: dict[str, Any]) -> Status:
    return Status(
        reference=reference,
        state=payment["state"],
        amount_cents=payment["amount_cents"],
        currency=CURRENCY,
        checkout_url=_checkout_url(reference, payment) if payment["state"] == "open" else "",
        expires_at=_moment(payment["expires_at"]),
        paid_at=_moment(payment["paid_at"]),
        refunds=tuple(RefundStatus(**known) for known in payment["refunds"]),
        key=payment.get("key", ""),
        description=payment["description"],
        created_at=_made_at(payment),
    )


def _made_at(payment: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(payment["expires_at"]) - TIME_TO_PAY


def _newest_first(since: datetime) -> list[str]:
    made = {path.stem: _made_at(read(path.stem)) for path in _folder().glob("pretend_*.json")}
    lately = [reference for reference, at in made.items() if at >= since]
    return sorted(lately, key=lambda reference: made[reference], reverse=True)


def _checkout_url(reference: str, payment: dict[str, Any]) -> str:
    with translation.override(payment["language"]):
        return settings.SITE_URL + reverse("pretend_bank", args=[reference])


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _path(reference: str) -> Path:
    return _folder() / f"{reference}.json"


def _folder() -> Path:
    return Path(settings.PRETEND_BANK_FOLDER)


def _write(reference: str, payment: dict[str, Any]) -> None:
    """Write the file as a whole or not at all: another process may read it meanwhile."""
    new = _path(reference).with_suffix(".new")
    new.write_text(json.dumps(payment, indent=1), "utf-8")
    os.replace(new, _path(reference))


@contextmanager
def _locked() -> Iterator[None]:
    """One writer at a time, across all processes."""
    settings.PRETEND_BANK_FOLDER.mkdir(parents=True, exist_ok=True)
    with (settings.PRETEND_BANK_FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
