"""Mollie, through its own client, which retries brief failures within a time limit.

A visitor waits MOLLIE_TIMEOUT seconds at most, and not at all while Mollie does not answer others.
"""

import logging
import re
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any
from uuid import UUID

import httpx
from django.conf import settings
from mollie import ClientSDK, models
from mollie.utils import BackoffStrategy, RetryConfig
from mollie.utils.logger import NoOpLogger

from core import periodic
from core.deadlines import deadline

from . import Charge, GatewayError, RefundStatus, RefusedError, Status, UnknownPaymentError
from .breaker import BREAKER, BusyError

name = "mollie"

METHOD = models.MethodEnum.IDEAL
CURRENCY = "EUR"
DESCRIPTION_LENGTH = 255
REFERENCE = re.compile(r"tr_[A-Za-z0-9]{1,64}")
LOCALES = {"nl": models.Locale2.NL_NL, "en": models.Locale2.EN_GB}
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

logger = logging.getLogger(__name__)


def create(charge: Charge) -> Status:
    request: models.PaymentRequestTypedDict = {
        "amount": _amount(charge.amount_cents),
        "description": charge.description[:DESCRIPTION_LENGTH],
        "redirect_url": charge.return_url,
        "locale": LOCALES.get(charge.language, LOCALES["nl"]),
        "method": METHOD,
    }
    if _is_reachable(charge.webhook_url):
        request["webhook_url"] = charge.webhook_url
    with _client() as client:
        return _status(
            client.payments.create(idempotency_key=str(charge.key), payment_request=request)
        )


def fetch(reference: str) -> Status:
    _check(reference)
    with _client() as client:
        return _fetched(client, client.payments.get(payment_id=reference))


def cancel(reference: str) -> Status:
    """End a payment. Most open iDEAL payments cannot be cancelled: they stay open until expiry."""
    _check(reference)
    with _client() as client:
        payment = client.payments.get(payment_id=reference)
        if payment.is_cancelable:
            try:
                payment = client.payments.cancel(payment_id=reference)
            except models.ClientError as error:
                if error.status_code != httpx.codes.UNPROCESSABLE_ENTITY:
                    raise
                payment = client.payments.get(payment_id=reference)  # paid in the meantime
        return _fetched(client, payment)


def refund(reference: str, *, amount_cents: int, description: str, key: UUID) -> RefundStatus:
    """Give money back. Mollie forgets keys after an hour, so the refund carries its key as metadata
    and is looked up first.
    """
    _check(reference)
    with _client() as client:
        for known in _refunds(client, reference):
            if known.key == str(key):
                return known
        made = client.refunds.create(
            payment_id=reference,
            idempotency_key=str(key),
            refund_request={
                "amount": _amount(amount_cents),
                "description": description[:DESCRIPTION_LENGTH],
                "metadata": {"key": str(key)},
            },
        )
        return _refund_status(made)


# --- Mollie's answers as our types --------------------------------------------------------------


def _fetched(client: ClientSDK, payment: models.PaymentResponse) -> Status:
    """The payment with its refunds and chargebacks, which take a request each, made only if any."""
    refunds: list[RefundStatus] = []
    charged_back: list[Any] = []
    if payment.links.refunds or _is_some(payment.amount_refunded):
        refunds = _refunds(client, payment.id)
    if payment.links.chargebacks or _is_some(payment.amount_charged_back):
        found = client.chargebacks.list(payment_id=payment.id)
        charged_back = [item for page in _pages(found) for item in page.embedded.chargebacks]
    standing = sum(_cents(item.amount) for item in charged_back if not item.reversed_at)
    return _status(payment, tuple(refunds), standing)


def _refunds(client: ClientSDK, reference: str) -> list[RefundStatus]:
    found = client.refunds.list(payment_id=reference)
    return [_refund_status(item) for page in _pages(found) for item in page.embedded.refunds]


def _pages(found: Any) -> Iterator[Any]:
    while found is not None:
        yield found.result
        found = found.next()


def _status(
    payment: models.PaymentResponse,
    refunds: tuple[RefundStatus, ...] = (),
    charged_back_cents: int = 0,
) -> Status:
    return Status(
        reference=payment.id,
        state=_known(STATES, payment.status),
        amount_cents=_cents(payment.amount),
        currency=payment.amount.currency,
        checkout_url=payment.links.checkout.href if payment.links.checkout else "",
        expires_at=_moment(payment.expires_at),
        paid_at=_moment(payment.paid_at),
        refunds=refunds,
        charged_back_cents=charged_back_cents,
    )


def _refund_status(found: Any) -> RefundStatus:
    metadata = found.metadata if isinstance(found.metadata, dict) else {}
    return RefundStatus(
        reference=found.id,
        key=str(metadata.get("key", "")),
        amount_cents=_cents(found.amount),
        state=_known(REFUND_STATES, found.status),
    )


def _known(states: Mapping[str, str], status: object) -> str:
    try:
        return states[str(getattr(status, "value", status))]
    except KeyError:
        raise GatewayError("Mollie gave a status that we do not know.") from None


def _amount(cents: int) -> models.AmountTypedDict:
    """119500 cents as Mollie wants them: "1195.00"."""
    return {"currency": CURRENCY, "value": f"{cents // 100}.{cents % 100:02}"}


def _cents(amount: Any) -> int:
    try:
        cents = Decimal(amount.value).scaleb(2)
    except InvalidOperation:
        cents = None
    if cents is None or not cents.is_finite() or cents != cents.to_integral_value():
        raise GatewayError("Mollie gave an amount that is none.")
    return int(cents)


def _is_some(amount: Any) -> bool:
    return bool(amount and _cents(amount))


def _moment(text: object) -> datetime | None:
    """None where Mollie gives none: as null, or as its client's mark for an absent field."""
    return datetime.fromisoformat(text) if text and isinstance(text, str) else None


def _is_reachable(webhook_url: str) -> bool:
    """Mollie refuses a URL that it cannot reach; a fake on this machine can reach every one."""
    return webhook_url.startswith("https://") or bool(webhook_url and settings.MOLLIE_API_URL)


def _check(reference: str) -> None:
    if not REFERENCE.fullmatch(reference):
        raise UnknownPaymentError("This is no reference of Mollie.")


# --- The connection ----------------------------------------------------------------------------


@contextmanager
def _client() -> Iterator[ClientSDK]:
    """The client for one call of ours, however many requests that takes.

    Its errors are raised as ours, in our words: Mollie's repeat the request and its return URL.
    """
    in_job = periodic.is_job()
    patience = _Patience(settings.MOLLIE_JOB_TIMEOUT if in_job else settings.MOLLIE_TIMEOUT)
    http = httpx.Client(
        verify=_ssl_context(),
        follow_redirects=False,
        event_hooks={"request": [patience.limit], "response": [_drop_retry_after]},
    )
    try:
        with nullcontext() if in_job else BREAKER.call(), deadline(patience.seconds), http:
            yield ClientSDK(
                security=models.Security(api_key=settings.MOLLIE_API_KEY),
                server_url=settings.MOLLIE_API_URL or None,
                client=http,
                async_client=_unused_async_client(),
                retry_config=patience.retries,
                debug_logger=NoOpLogger(),  # it would log the key
            )
    except BusyError:
        raise _failure("not asked: it does not answer in time, or others are asking") from None
    except models.ResponseValidationError:
        raise _failure("an answer that we cannot read") from None
    except models.ClientError as error:
        if error.status_code in (httpx.codes.NOT_FOUND, httpx.codes.GONE):
            raise UnknownPaymentError("Mollie does not know this payment.") from None
        field = getattr(getattr(error, "data", None), "field", None)
        what = f"status {error.status_code}" + (f" ({field})" if field else "")
        is_final = error.status_code == httpx.codes.UNPROCESSABLE_ENTITY
        raise _failure(what, RefusedError if is_final else GatewayError) from None
    except (httpx.RequestError, models.NoResponseError) as error:
        raise _failure(type(error).__name__) from None


class _Patience:
    """The time limit of a call, for all its requests together."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.until = time.monotonic() + seconds

    def limit(self, request: httpx.Request) -> None:
        left = self.until - time.monotonic()
        if left <= 0:
            raise httpx.ConnectTimeout("No time left.", request=request)
        request.extensions["timeout"] = dict.fromkeys(("connect", "read", "write", "pool"), left)

    @property
    def retries(self) -> RetryConfig:
        """Retry after a brief failure, with the same key, but not after a long wait."""
        longest = int(self.seconds * 400)  # milliseconds
        return RetryConfig("backoff", BackoffStrategy(100, 300, 2, longest, jitter_ms=50), True)


def _failure(what: str, error: type[GatewayError] = GatewayError) -> GatewayError:
    logger.warning("Mollie: %s", what)
    return error(f"Mollie: {what}.")


def _drop_retry_after(response: httpx.Response) -> None:
    """Drop Retry-After: the client would sleep for as long as it says, with a visitor waiting."""
    for header in ("retry-after", "retry-after-ms"):
        response.headers.pop(header, None)


@cache
def _ssl_context() -> ssl.SSLContext:
    return httpx.create_ssl_context()


@cache
def _unused_async_client() -> httpx.AsyncClient:
    """Without this, Mollie's client would make an asynchronous client for each call: slow."""
    return httpx.AsyncClient(verify=_ssl_context())
