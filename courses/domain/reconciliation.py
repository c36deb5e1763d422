"""Reconciliation: asks the provider what no message told, and cancels payments nobody owes.

Whatever one payment answers, the others are asked too: each try is noted before it is made, and
only a few troubles in a row end a run. The next one goes on with whatever was asked longest ago.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from core.logs import class_and_place
from courses import gateways
from courses.domain import payments, provider_refunds, strays
from courses.models import Payment, ProviderContact, Refund, SignUp

LOOK_BACK = timedelta(days=400)  # a bank can take money back for 13 months
REFUNDS_CHANGE_FOR = timedelta(days=60)
LOOK_EVERY = timedelta(days=1)
HOURLY = timedelta(hours=1)
SWEEP_EVERY = timedelta(minutes=20)
OVERLAP = timedelta(days=2)  # of one sweep with the one before
STUCK_AFTER = timedelta(minutes=30)
BATCH = 200
MOST_TROUBLES = 5  # in a row: then the provider itself is away

logger = logging.getLogger(__name__)


def reconcile(now: datetime | None = None) -> int:
    """Ask the provider about open payments, and about paid ones that may be refunded or taken back.

    Now and then its lists are swept as well. Call it outside a transaction. Returns the number of
    payments that were asked about one by one.
    """
    now = now or timezone.now()
    _give_up(now)
    contact = _contact()
    asked, is_away = _ask(_to_ask(now, contact), now)
    if contact.swept_at is None or contact.swept_at <= now - SWEEP_EVERY:
        try:
            sweep((contact.swept_at or now) - OVERLAP)
        except payments.PaymentTroubleError:
            is_away = True
        else:
            return asked
    if asked:
        ProviderContact.objects.filter(pk=contact.pk).update(trouble_since=None)
    elif is_away:
        ProviderContact.objects.filter(pk=contact.pk, trouble_since=None).update(trouble_since=now)
    return asked


def sweep(since: datetime) -> int:
    """Compare the provider's lists with what we know, and act on every difference.

    The lists are the payments made since then, and the refunds and chargebacks that can still
    change, so that a lost message costs a few requests and not one for each payment. A payment that
    we do not know waits for staff, see `strays`. Returns the number of differences. Raises
    PaymentTroubleError if a list cannot be read, after the other lists. Call it outside a
    transaction.
    """
    gateway = gateways.current()
    found = 0
    trouble = None
    for differences in (_payments, _refunds, _chargebacks):
        try:
            found += differences(gateway, since)
        except (gateways.GatewayError, payments.PaymentTroubleError) as error:
            trouble = error
    strays.forget_known()
    if trouble:
        raise payments.PaymentTroubleError from trouble
    now = timezone.now()
    ProviderContact.objects.filter(pk=_contact().pk).update(swept_at=now, trouble_since=None)
    return found


def stuck_since(now: datetime | None = None) -> datetime | None:
    """Since when the provider could not be asked; None while it answers, or for a brief trouble."""
    return stuck(now).values_list("trouble_since", flat=True).first()


def stuck(now: datetime | None = None) -> QuerySet[ProviderContact]:
    """The provider, if it could not be asked for half an hour."""
    before = (now or timezone.now()) - STUCK_AFTER
    return ProviderContact.objects.filter(
        gateway=settings.PAYMENT_GATEWAY, trouble_since__lte=before
    )


def unanswered(now: datetime | None = None) -> QuerySet[Payment]:
    """Single payments about which the provider has given no readable answer for an hour."""
    return Payment.objects.filter(unanswered_since__lte=(now or timezone.now()) - HOURLY)


# --- One by one ----------------------------------------------------------------------------------


def _ask(rows: Iterable[Payment], now: datetime) -> tuple[int, bool]:
    """(how many answered, whether it stopped because the provider seems to be away)."""
    answered = in_a_row = 0
    for payment in rows:
        Payment.objects.filter(pk=payment.pk).update(checked_at=now)
        if _answers(payment, now):
            answered += 1
            in_a_row = 0
            continue
        in_a_row += 1
        if in_a_row == MOST_TROUBLES:
            logger.warning("the provider is away; reconciling goes on later")
            return answered, True
    return answered, False


def _answers(payment: Payment, now: datetime) -> bool:
    """Ask about one payment and act on it. Whatever goes wrong concerns this one only."""
    try:
        _cancel_if_needless(payment)
        payments.sync(payment)
    except payments.PaymentRefusedError:  # perhaps of a former account
        logger.warning("the provider tells nothing of payment %s", payment.pk)
        return True
    except Exception as error:
        logger.warning("payment %s cannot be asked about: %s", payment.pk, class_and_place(error))
        fresh = Payment.objects.filter(pk=payment.pk, unanswered_since=None)
        fresh.update(unanswered_since=now)
        return False
    return True


def _cancel_if_needless(payment: Payment) -> None:
    """Cancel an open payment that is no longer wanted, or whose amount is not the price now."""
    sign_up = payment.sign_up
    is_owed = sign_up.state in SignUp.HELD and payment.amount_cents == sign_up.price_cents
    is_wanted = is_owed and not payments.is_called_off(sign_up)
    if payment.state != Payment.State.OPEN or is_wanted:
        return
    try:
        gateways.named(payment.gateway).cancel(payment.reference)
    except gateways.GatewayError as trouble:
        # It may be paid by now: then the money goes back. Else the next run tries again.
        logger.warning("payment %s is not cancelled: %s", payment.pk, type(trouble).__name__)


def _give_up(now: datetime) -> None:
    """Expire payments for which the provider never gave us a URL: nobody can pay them."""
    Payment.objects.filter(
        state=Payment.State.OPEN, reference="", created_at__lt=now - 2 * payments.RETRY_FOR
    ).update(state=Payment.State.EXPIRED)


def _to_ask(now: datetime, contact: ProviderContact) -> QuerySet[Payment]:
    """Open payments each time; those with a refund under way, or without an answer, once an hour.

    Other paid ones once a day, or once an hour while the lists cannot be swept.
    """
    paid = Payment.objects.filter(state=Payment.State.PAID, paid_at__gt=now - LOOK_BACK)
    is_swept = contact.swept_at is not None and contact.swept_at > now - HOURLY
    every = LOOK_EVERY if is_swept else HOURLY
    under_way = Q(refunds__state=Refund.State.PENDING) | Q(unanswered_since__isnull=False)
    due = Q(checked_at__lt=now - every) | (under_way & Q(checked_at__lt=now - HOURLY))
    rows = payments.still_open(now) | paid.filter(due)
    rows = rows.exclude(reference="").exclude(gateway=Payment.OFFICE)
    rows = rows.select_related("sign_up__roster")
    return rows.distinct().order_by(F("checked_at").asc(nulls_first=True), "pk")[:BATCH]


# --- By the provider's lists -------------------------------------------------------------------


def _payments(gateway: gateways.Gateway, since: datetime) -> int:
    listed = {status.reference: status for status in gateway.list_payments(since)}
    known = _known(gateway, listed)
    found = _sync(
        payment
        for reference, payment in known.items()
        if payment.state != listed[reference].state
        and (payment.state == Payment.State.OPEN or listed[reference].state == "paid")
    )
    for reference in listed.keys() - known.keys():
        strays.meet(gateway.name, listed[reference])
        found += listed[reference].state in strays.WITH_MONEY
    return found


def _refunds(gateway: gateways.Gateway, since: datetime) -> int:
    since = min(since, timezone.now() - REFUNDS_CHANGE_FOR)
    listed = list(gateway.list_refunds(since))
    known = _known(gateway, (reference for reference, _refund in listed))
    rows = Refund.objects.filter(payment__in=known.values()).exclude(reference="")
    ours = {(refund.payment_id, refund.reference): refund for refund in rows}
    changed = {
        payment.pk: payment
        for reference, seen in listed
        if (payment := known.get(reference))
        and provider_refunds.has_news(ours.get((payment.pk, seen.reference)), seen)
    }
    return _sync(changed.values())


def _chargebacks(gateway: gateways.Gateway, since: datetime) -> int:
    since = min(since, timezone.now() - LOOK_BACK)
    standing: dict[str, int] = {}
    for reference, cents in gateway.list_chargebacks(since):
        standing[reference] = standing.get(reference, 0) + cents
    return _sync(
        payment
        for reference, payment in _known(gateway, standing).items()
        if payment.charged_back_cents != standing[reference]
    )


def _known(gateway: gateways.Gateway, references: Iterable[str]) -> dict[str, Payment]:
    rows = Payment.objects.filter(gateway=gateway.name, reference__in=set(references))
    return {payment.reference: payment for payment in rows.select_related("sign_up__roster")}


def _sync(changed: Iterable[Payment]) -> int:
    answered, is_away = _ask(changed, timezone.now())
    if is_away:
        raise payments.PaymentTroubleError
    return answered


def _contact() -> ProviderContact:
    return ProviderContact.objects.get_or_create(gateway=settings.PAYMENT_GATEWAY)[0]
