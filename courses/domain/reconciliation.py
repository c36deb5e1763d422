"""What no message told: a job asks the provider, and calls back what nobody owes any more."""

import logging
from datetime import datetime, timedelta

from django.db.models import F, QuerySet
from django.utils import timezone

from courses import gateways
from courses.domain import payments
from courses.models import Payment, Refund, SignUp

LOOK_BACK = timedelta(days=400)  # a bank may take money back for 13 months
LOOK_EVERY = timedelta(days=1)
BATCH = 200

logger = logging.getLogger(__name__)


def reconcile(now: datetime | None = None) -> int:
    """Find what no message told: paid, refunded, taken back. Returns how many were asked about."""
    now = now or timezone.now()
    _give_up(now)
    asked = 0
    for payment in [*_to_ask(now), *_to_look_after(now)]:
        try:
            _close_if_needless(payment)
            payments.sync(payment)
        except payments.PaymentRefusedError:  # this one only: perhaps of a former account
            logger.warning("the provider tells nothing of payment %s", payment.pk)
            Payment.objects.filter(pk=payment.pk).update(checked_at=now)
        except payments.PaymentTroubleError:
            logger.warning("the provider is away; reconciling goes on later")
            return asked
        asked += 1
    return asked


def _close_if_needless(payment: Payment) -> None:
    """Nobody shall pay an attempt that is no longer wanted, or for what is not the price now."""
    sign_up = payment.sign_up
    is_owed = sign_up.state in SignUp.HELD and payment.amount_cents == sign_up.price_cents
    is_wanted = is_owed and not payments.is_called_off(sign_up)
    if payment.state != Payment.State.OPEN or is_wanted:
        return
    try:
        gateways.named(payment.gateway).cancel(payment.reference)
    except gateways.RefusedError:
        pass  # cannot be called back any more: if it is paid, it goes back
    except gateways.GatewayError as trouble:
        raise payments.PaymentTroubleError from trouble


def _give_up(now: datetime) -> None:
    """Attempts of which the provider never gave us an address cannot be paid by anybody."""
    Payment.objects.filter(
        state=Payment.State.OPEN, reference="", created_at__lt=now - 2 * payments.RETRY_FOR
    ).update(state=Payment.State.EXPIRED)


def _to_ask(now: datetime) -> QuerySet[Payment]:
    return _oldest_first(payments.still_open(now))


def _to_look_after(now: datetime) -> QuerySet[Payment]:
    """Paid ones, once a day, and those with a refund under way at every run."""
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
