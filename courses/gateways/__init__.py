"""The port to the payment provider. Nothing outside this folder knows which provider there is.

A gateway is a module with the functions of `Gateway`. Each of them may take some seconds, so
never call one inside a transaction. Each may raise GatewayError.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NAMES = ("mollie", "pretend_bank")


class GatewayError(Exception):
    """The provider is away or the outcome is unknown: try again with the same key."""


class RefusedError(GatewayError):
    """The provider will not do this, however often it is asked."""


class UnknownPaymentError(GatewayError):
    """The provider does not know this reference."""


@dataclass(frozen=True)
class Charge:
    """A payment to ask for."""

    key: uuid.UUID  # one for each attempt; a repeated call repeats the key
    amount_cents: int
    description: str  # appears on the bank statement: no personal data
    return_url: str
    webhook_url: str
    language: str


@dataclass(frozen=True)
class RefundStatus:
    """How one refund stands at the provider."""

    reference: str
    key: str  # the key of the request; "" for a refund made in the provider's own dashboard
    amount_cents: int
    state: str  # pending, done, failed


@dataclass(frozen=True)
class Status:
    """How one payment stands at the provider."""

    reference: str
    state: str  # open, paid, failed, cancelled, expired
    amount_cents: int
    currency: str
    checkout_url: str  # where it can be paid; "" once that is over
    expires_at: datetime | None
    paid_at: datetime | None
    refunds: tuple[RefundStatus, ...] = ()
    charged_back_cents: int = 0
    key: str = ""  # the key of the request, if it is one of ours
    description: str = ""
    created_at: datetime | None = None


class Gateway(Protocol):
    """What a gateway module offers."""

    name: str

    def create(self, charge: Charge) -> Status:
        """Ask for a payment. The same key never makes a second one."""

    def fetch(self, reference: str) -> Status:
        """How a payment stands, with its refunds and chargebacks."""

    def cancel(self, reference: str) -> Status:
        """End a payment if that is still possible. Returns how it stands afterwards."""

    def refund(
        self, reference: str, *, amount_cents: int, description: str, key: uuid.UUID
    ) -> RefundStatus:
        """Give back a payment or a part of it. The same key never does it twice."""

    def list_payments(self, since: datetime) -> Iterator[Status]:
        """The payments made since then, newest first, without their refunds and chargebacks."""

    def list_refunds(self, since: datetime) -> Iterator[tuple[str, RefundStatus]]:
        """The refunds made since then, each with the reference of its payment."""

    def list_chargebacks(self, since: datetime) -> Iterator[tuple[str, int]]:
        """The chargebacks made since then: the payment's reference, and cents (0 if reversed)."""


if TYPE_CHECKING:  # keeps the modules in line with the protocol
    from courses.gateways import mollie, pretend_bank

    GATEWAYS: tuple[Gateway, ...] = (mollie, pretend_bank)


def current() -> Gateway:
    """The gateway for new payments."""
    return named(settings.PAYMENT_GATEWAY)


def named(name: str) -> Gateway:
    """The gateway with this name, such as the one with which a payment was made.

    Raises ImproperlyConfigured for an unknown name, and for the pretend bank in production.
    """
    if name not in NAMES:
        raise ImproperlyConfigured(f"There is no payment gateway {name!r}.")
    if name == "pretend_bank" and not may_pretend():
        raise ImproperlyConfigured("The pretend bank is for a local installation only.")
    # Only now, because importing Mollie's client takes a second.
    return cast(Gateway, import_module(f"{__name__}.{name}"))


def may_pretend() -> bool:
    """Whether this installation may use the pretend bank: only a local one, and tests."""
    return settings.LOCAL_INSTALLATION or getattr(settings, "TESTING", False)
