"""Mollie, through its own client, which retries brief failures within a time limit.

A visitor waits MOLLIE_TIMEOUT seconds at most, and not at all while Mollie does not answer others.
"""

import logging
import re
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit
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
from .mollie_answers import is_some, moment, refund_status, standing_cents, status

name = "mollie"

METHOD = models.MethodEnum.IDEAL
CURRENCY = "EUR"
DESCRIPTION_LENGTH = 255
REFERENCE = re.compile(r"tr_[A-Za-z0-9]{1,64}")
LOCALES = {"nl": models.Locale2.NL_NL, "en": models.Locale2.EN_GB}
MOST_OF_A_LIST = 250  # on one page

logger = logging.getLogger(__name__)


def create(charge: Charge) -> Status:
    request: models.PaymentRequestTypedDict = {
        "amount": _amount(charge.amount_cents),
        "description": charge.description[:DESCRIPTION_LENGTH],
        "redirect_url": charge.return_url,
        "locale": LOCALES.get(charge.language, LOCALES["nl"]),
        "method": METHOD,
        "metadata": {"key": str(charge.key)},
    }
    if _is_reachable(charge.webhook_url):
        request["webhook_url"] = charge.webhook_url
    with _client() as client:
        return status(
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
        return refund_status(made)


def list_payments(since: datetime) -> Iterator[Status]:
    for found in _listed(lambda client: client.payments.list, "payments", since):
        with _skipping_what_is_odd():
            yield status(found)


def list_refunds(since: datetime) -> Iterator[tuple[str, RefundStatus]]:
    for found in _listed(lambda client: client.refunds.all, "refunds", since):
        with _skipping_what_is_odd():
            yield found.payment_id, refund_status(found)


def list_chargebacks(since: datetime) -> Iterator[tuple[str, int]]:
    for found in _listed(lambda client: client.chargebacks.all, "chargebacks", since):
        with _skipping_what_is_odd():
            yield found.payment_id, standing_cents(found)


# --- Answers of more than one request ----------------------------------------------------------


def _fetched(client: ClientSDK, payment: models.PaymentResponse) -> Status:
    """The payment with its refunds and chargebacks, which take a request each, made only if any."""
    refunds: list[RefundStatus] = []
    charged_back: list[Any] = []
    if payment.links.refunds or is_some(payment.amount_refunded):
        refunds = _refunds(client, payment.id)
    if payment.links.chargebacks or is_some(payment.amount_charged_back):
        found = client.chargebacks.list(payment_id=payment.id)
        charged_back = [item for page in _pages(found) for item in page.embedded.chargebacks]
    standing = sum(standing_cents(item) for item in charged_back)
    return status(payment, tuple(refunds), standing)


def _refunds(client: ClientSDK, reference: str) -> list[RefundStatus]:
    found = client.refunds.list(payment_id=reference)
    return [refund_status(item) for page in _pages(found) for item in page.embedded.refunds]


def _pages(found: Any) -> Iterator[Any]:
    while found is not None:
        yield found.result
        found = found.next()


def _listed(
    endpoint: Callable[[ClientSDK], Callable[..., Any]], name: str, since: datetime
) -> Iterator[Any]:
    """What was made since then, newest first. Each page is a call with its own time limit."""
    first: dict[str, str] = {}
    while True:
        with _client() as client:
            page = endpoint(client)(limit=MOST_OF_A_LIST, **first).result
        for found in getattr(page.embedded, name):
            made = moment(found.created_at)
            if made and made < since:
                return
            yield found
        following = page.links.next
        start = parse_qs(urlsplit(following.href).query).get("from") if following else None
        if not start:
            return
        first = {"from_": start[0]}


@contextmanager
def _skipping_what_is_odd() -> Iterator[None]:
    """One odd line of a list must not keep the others from being read."""
    try:
        yield
    except GatewayError as trouble:
        logger.warning("a line of Mollie's list was left out: %s", trouble)


def _amount(cents: int) -> models.AmountTypedDict:
    """119500 cents as Mollie wants them: "1195.00"."""
    return {"currency": CURRENCY, "value": f"{cents // 100}.{cents % 100:02}"}


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
