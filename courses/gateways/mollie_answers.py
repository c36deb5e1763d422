"""Mollie's answers as our types. An answer that we cannot read raises GatewayError."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from mollie import models

from . import GatewayError, RefundStatus, Status

STATES = {
    "open": "open",
    "pending": "open",
    "authorized": "open",
    "paid": "paid",
    "failed": "failed",
    "canceled": "cancelled",
    "expired": "expired",
}
REFUND_STATES = {
    "queued": "pending",
    "pending": "pending",
    "processing": "pending",
    "refunded": "done",
    "failed": "failed",
    "canceled": "failed",
}


def status(
    payment: models.PaymentResponse,
    refunds: tuple[RefundStatus, ...] = (),
    charged_back_cents: int = 0,
) -> Status:
    return Status(
        reference=payment.id,
        state=_known(STATES, payment.status),
        amount_cents=cents(payment.amount),
        currency=payment.amount.currency,
        checkout_url=payment.links.checkout.href if payment.links.checkout else "",
        expires_at=moment(payment.expires_at),
        paid_at=moment(payment.paid_at),
        refunds=refunds,
        charged_back_cents=charged_back_cents,
        key=_key(payment),
        description=payment.description,
        created_at=moment(payment.created_at),
    )


def refund_status(found: Any) -> RefundStatus:
    return RefundStatus(
        reference=found.id,
        key=_key(found),
        amount_cents=cents(found.amount),
        state=_known(REFUND_STATES, found.status),
    )


def standing_cents(chargeback: Any) -> int:
    """The cents of a chargeback; 0 once it was reversed."""
    return 0 if chargeback.reversed_at else cents(chargeback.amount)


def _key(found: Any) -> str:
    """The key of our request, which it carries as metadata; "" if it is none of ours."""
    return str(found.metadata.get("key", "")) if isinstance(found.metadata, dict) else ""


def _known(states: Mapping[str, str], status: object) -> str:
    try:
        return states[str(getattr(status, "value", status))]
    except KeyError:
        raise GatewayError("Mollie gave a status that we do not know.") from None


def cents(amount: Any) -> int:
    try:
        found = Decimal(amount.value).scaleb(2)
    except InvalidOperation:
        found = None
    if found is None or not found.is_finite() or found != found.to_integral_value():
        raise GatewayError("Mollie gave an amount that is none.")
    return int(found)


def is_some(amount: Any) -> bool:
    return bool(amount and cents(amount))


def moment(text: object) -> datetime | None:
    """None where Mollie gives none: as null, as its client's mark for an absent field, or odd."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None
