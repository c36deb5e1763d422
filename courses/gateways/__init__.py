"""The port to whoever handles the money. Nothing outside this folder knows a provider.

A gateway is a module with:

    create(charge) -> Status       asks for a payment; the same key never makes a second one
    fetch(reference) -> Status     how a payment stands, with its refunds and chargebacks
    cancel(reference) -> Status    ends it if that is still possible; says how it stands afterwards
    refund(reference, *, amount_cents, description, key) -> RefundStatus
                                   gives (a part) back; the same key never does it twice

Each may take some seconds, so never call one inside a transaction. Each raises GatewayError.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NAMES = ("mollie", "pretend_bank")


class GatewayError(Exception):
    """Not known how it ended, or the provider is away: try again with the same key."""


class RefusedError(GatewayError):
    """The provider will not do this, also not when it is asked again."""


class UnknownPaymentError(GatewayError):
    """The provider does not know this reference."""


@dataclass(frozen=True)
class Charge:
    """What is asked for."""

    key: uuid.UUID  # one for each attempt; whoever repeats a call repeats the key
    amount_cents: int
    description: str  # for the bank statement: nothing personal
    return_url: str
    webhook_url: str
    language: str


@dataclass(frozen=True)
class RefundStatus:
    reference: str
    key: str  # the key of the request; "" where somebody refunded at the provider's own desk
    amount_cents: int
    state: str  # pending, done, failed


@dataclass(frozen=True)
class Status:
    """How a payment stands at the provider."""

    reference: str
    state: str  # open, paid, failed, cancelled, expired
    amount_cents: int
    currency: str
    checkout_url: str  # where it can be paid; "" once that is over
    expires_at: datetime | None
    paid_at: datetime | None
    refunds: tuple[RefundStatus, ...] = ()
    charged_back_cents: int = 0


def current():
    """The gateway for new payments."""
    return named(settings.PAYMENT_GATEWAY)


def named(name):
    """The gateway that a payment was made with."""
    if name not in NAMES:
        raise ImproperlyConfigured(f"There is no payment gateway {name!r}.")
    if name == "pretend_bank" and not may_pretend():
        raise ImproperlyConfigured("The pretend bank is for a local installation only.")
    return import_module(f"{__name__}.{name}")  # only now: Mollie's client takes a second


def may_pretend():
    return settings.LOCAL_INSTALLATION or getattr(settings, "TESTING", False)
