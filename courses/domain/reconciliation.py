"""Reconciliation: asks the provider what no message told, and cancels payments nobody owes."""

import logging
from datetime import datetime, timedelta

from django.db.models import F, QuerySet
from django.utils import timezone

from courses import gateways
from courses.domain import payments
from courses.models import Payment, Refund, SignUp

LOOK_BACK = timedelta(days=400)  # a bank can take money back for 13 months
LOOK_EVERY = timedelta(days=1)
BATCH = 200

logger = logging.getLogger(__name__)


def reconcile(now: datetime | None = None) -> int:
    """Ask the provider about open payments, and about paid ones that may be refunded or taken back.

    Call it outside a transaction. Returns the number of payments that were asked about.
    """
    now = now or timezone.now()
    _give_up(now)
    asked = 0
    for payment in [*_to_ask(now), *_to_look_after(now)]:
        try:
            _cancel_if_needless(payment)
            payments.sync(payment)
        except payments.PaymentRefusedError:  # only this payment, perhaps of a former account
            logger.warning("the provider tells nothing of payment %s", payment.pk)
            Payment.objects.filter(pk=payment.pk).update(checked_at=now)
        except payments.PaymentTroubleError:
            logger.warning("the provider is away; reconciling goes on later")
            return asked
        asked += 1
    return asked


def _cancel_if_needless(payment: Payment) -> None:
    """Cancel an open payment that is no longer wanted, or whose amount is not the price now."""
    sign_up = payment.sign_up
    is_owed = sign_up.state in SignUp.HELD and payment.amount_cents == sign_up.price_cents
    is_wanted = is_owed and not payments.is_called_off(sign_up)
    if payment.state != Payment.State.OPEN or is_wanted:
        return
    try:
        gateways.named(payment.gateway).cancel(payment.reference)
    except gateways.RefusedError:
        pass  # it cannot be cancelled any more: if it is paid, the money goes back
    except gateways.GatewayError as trouble:
        raise payments.PaymentTroubleError from trouble


def _give_up(now: datetime) -> None:
    """Expire payments for which the provider never gave us a URL: nobody can pay them."""
    Payment.objects.filter(
        state=Payment.State.OPEN, reference="", created_at__lt=now - 2 * payments.RETRY_FOR
    ).update(state=Payment.State.EXPIRED)


def _to_ask(now: datetime) -> QuerySet[Payment]:
    return _oldest_first(payments.still_open(now))


def _to_look_after(now: datetime) -> QuerySet[Payment]:
    """Paid payments once a day, and those with a refund under way once an hour."""
    paid = Payment.objects.filter(state=Payment.State.PAID, paid_at__gt=now - LOOK_BACK)
    daily = paid.filter(checked_at__lt=now - LOOK_EVERY)
    under_way = paid.filter(
        refunds__state=Refund.State.PENDING, checked_at__lt=now - timedelta(hours=1)
    )
    return _oldest_first(daily | under_way)


def _oldest_first(rows: QuerySet[Payment]) -> QuerySet[Payment]:
    rows = rows.exclude(reference="").exclude(gateway=Payment.OFFICE)
    rows = rows.select_related("sign_up__roster")
    return rows.distinct().order_by(F("checked_at").asc(nulls_first=True), "pk")[:BATCH]
