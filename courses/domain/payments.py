"""Payments for a sign-up. Only the provider knows the truth: any message just makes us ask it.

The states of a payment (a later message never undoes `paid`):

    open -> paid | failed | cancelled | expired          failed, cancelled, expired -> paid

What happens to the sign-up when money comes in:

    awaiting payment       confirmed
    lapsed                 confirmed if its seats are still free, or else the office decides
    confirmed already      paid twice: the money goes back
    ended, other amount    the office decides whether the money goes back
"""

import logging
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation

from core.models import User
from courses import gateways, mails
from courses.domain import (
    holds,
    invoices,
    provider_refunds,
    refunds,
    seats,
    settling,
    transitions,
)
from courses.models import Payment, Refund, Roster, SignUp
from courses.reading import events, links
from courses.values.money import format_euros

CURRENCY = "EUR"
RETRY_FOR = timedelta(minutes=50)  # the provider remembers our key for an hour
STILL_PAYABLE = timedelta(minutes=1)
ASK_FOR = timedelta(days=30)  # how long we ask about an open payment

logger = logging.getLogger(__name__)


class PaymentTroubleError(Exception):
    """The provider cannot be reached now. Nothing is lost, and the call can be repeated."""


class PaymentRefusedError(PaymentTroubleError):
    """The provider refuses to answer about this payment, however often it is asked."""


def start(sign_up: SignUp, *, by_buyer: bool = False) -> Payment:
    """A payment that can be paid at its `checkout_url`: the open one, or a new one.

    Call it outside a transaction. Raises WrongStateError when there is nothing to pay, and
    PaymentTroubleError when the provider is away.
    """
    opened = None if by_buyer else sign_up.opened_payment
    payment = opened or _attempt(sign_up, by_buyer)
    if payment.checkout_url:
        return payment
    try:
        status = gateways.named(payment.gateway).create(_charge(payment))
    except gateways.GatewayError as trouble:
        logger.warning("payment %s cannot begin: %s", payment.pk, type(trouble).__name__)
        raise PaymentTroubleError from trouble
    learned = "reference", "checkout_url", "expires_at"
    for name in learned:
        setattr(payment, name, getattr(status, name))
    payment.save(update_fields=learned)
    return payment


def open_for(sign_up: SignUp, now: datetime, *, by_buyer: bool = False) -> Payment:
    """A new payment of the price, in the caller's transaction; `start` then asks the provider."""
    return Payment.objects.create(
        sign_up=sign_up,
        gateway=settings.PAYMENT_GATEWAY,
        amount_cents=sign_up.price_cents,
        by_buyer=by_buyer,
        created_at=now,
    )


def payable(sign_up: SignUp, *, by_buyer: bool) -> Payment | None:
    """The open payment for the present price that can be paid at the provider now, or None."""
    is_due = sign_up.state == SignUp.State.AWAITING_PAYMENT and not is_called_off(sign_up)
    if not is_due or sign_up.price_cents is None:
        return None
    wanted = sign_up.payments.filter(
        state=Payment.State.OPEN, by_buyer=by_buyer, amount_cents=sign_up.price_cents
    )
    return wanted.exclude(checkout_url="").first()


def sync(payment: Payment) -> Payment:
    """Ask the provider how this payment stands and act on it. Idempotent. Returns the payment.

    Call it outside a transaction. Raises PaymentTroubleError when the provider is away, and
    PaymentRefusedError when it does not know this payment.
    """
    try:
        status = gateways.named(payment.gateway).fetch(payment.reference)
    except (gateways.RefusedError, gateways.UnknownPaymentError) as trouble:
        raise PaymentRefusedError from trouble
    except gateways.GatewayError as trouble:
        raise PaymentTroubleError from trouble
    return _apply(payment, status)


def sync_open(sign_up: SignUp) -> None:
    """`sync` every open payment of this sign-up; raises the same errors."""
    for payment in sign_up.payments.filter(state=Payment.State.OPEN).exclude(reference=""):
        sync(payment)


def find_by_reference(gateway: str, reference: str) -> Payment | None:
    """The payment with this reference at a provider, or None."""
    return Payment.objects.filter(gateway=gateway, reference=reference).first()


def can_record(sign_up: SignUp) -> bool:
    """Whether the office can record money for this sign-up: not while its date is called off."""
    return sign_up.state == SignUp.State.AWAITING_PAYMENT and not is_called_off(sign_up)


def record(
    sign_up: SignUp,
    *,
    by: User,
    day: date | None = None,
    cents: int | None = None,
    remark: str = "",
) -> SignUp:
    """Record that the money arrived another way, as the office saw. The place is final.

    `day` is when it arrived, by default today, and `cents` how much, by default the price. What is
    less than the price stays to be paid. Raises WrongStateError when it cannot be recorded now, see
    `can_record`, and ValueError for more than the price.
    """
    with transaction.atomic():
        sign_up = transitions.lock_in_state(sign_up, SignUp.State.AWAITING_PAYMENT)
        if not can_record(sign_up):
            raise transitions.WrongStateError
        now = timezone.now()
        at = settling.moment_of(day, now)
        if sign_up.price_cents:
            received = sign_up.price_cents if cents is None else cents
            if not 0 < received <= sign_up.price_cents:
                raise ValueError(f"{received} cents is not a part of the price.")
            Payment.objects.create(
                sign_up=sign_up,
                gateway=Payment.OFFICE,
                amount_cents=sign_up.price_cents,
                by_buyer=_is_invoiced_to_buyer(sign_up),
                paid_cents=received,
                state=Payment.State.PAID,
                created_at=now,
                paid_at=at,
                remark=remark,
            )
        settling.settle(sign_up, now, by=by, paid_at=at)
    return sign_up


def _is_invoiced_to_buyer(sign_up: SignUp) -> bool:
    """Whether an invoice with a due date stands: only a buyer can choose that, and so pays it."""
    invoice = invoices.standing(sign_up)
    return invoice is not None and invoice.due_on is not None


def still_open(now: datetime | None = None) -> QuerySet[Payment]:
    """The payments by which money may still come in; the provider is not asked about older ones."""
    now = now or timezone.now()
    return Payment.objects.filter(state=Payment.State.OPEN, created_at__gt=now - ASK_FOR)


def _attempt(sign_up: SignUp, by_buyer: bool) -> Payment:
    with transaction.atomic(durable=True):
        sign_up = transitions.lock_in_state(sign_up, SignUp.State.AWAITING_PAYMENT)
        now = timezone.now()
        is_held = sign_up.hold_until is not None and sign_up.hold_until > now
        if not sign_up.price_cents or not is_held or is_called_off(sign_up):
            raise transitions.WrongStateError
        gateway = settings.PAYMENT_GATEWAY
        for payment in sign_up.payments.filter(
            state=Payment.State.OPEN, gateway=gateway, by_buyer=by_buyer
        ):
            if _can_go_on(payment, sign_up, now):
                return payment
        return open_for(sign_up, now, by_buyer=by_buyer)


def _can_go_on(payment: Payment, sign_up: SignUp, now: datetime) -> bool:
    if payment.amount_cents != sign_up.price_cents:
        return False
    if not payment.reference:
        return payment.created_at > now - RETRY_FOR
    return payment.expires_at is None or payment.expires_at > now + STILL_PAYABLE


def _charge(payment: Payment) -> gateways.Charge:
    sign_up = payment.sign_up
    with translation.override(sign_up.language):
        webhook = reverse("payment_webhook", args=[settings.MOLLIE_WEBHOOK_SECRET or "none"])
    back = links.buyer_return_url(sign_up) if payment.by_buyer else links.return_url(sign_up)
    return gateways.Charge(
        key=payment.key,
        amount_cents=payment.amount_cents,
        description=f"{sign_up.roster.code} {sign_up.pk}",
        return_url=back,
        webhook_url=settings.SITE_URL + webhook,
        language=sign_up.language,
    )


@transaction.atomic(durable=True)
def _apply(payment: Payment, status: gateways.Status) -> Payment:
    sign_up = transitions.lock(payment.sign_up_id)
    payment = Payment.objects.select_for_update().get(pk=payment.pk)
    now = timezone.now()
    payment.checked_at, payment.unanswered_since = now, None
    became_paid = status.state == "paid" and payment.state != Payment.State.PAID
    if became_paid:
        payment.state = Payment.State.PAID
        payment.paid_at = status.paid_at or now
        payment.paid_cents = status.amount_cents if status.currency == CURRENCY else 0
    elif payment.state == Payment.State.OPEN:
        payment.state = Payment.State(status.state)
    payment.save()
    provider_refunds.note_what_went_back(payment, status)
    if became_paid:
        _money_in(payment, sign_up, status, now)
    return payment


def _money_in(payment: Payment, sign_up: SignUp, status: gateways.Status, now: datetime) -> None:
    State = SignUp.State
    if not _is_what_is_owed(payment, sign_up, status):
        _flag(payment, sign_up, Refund.Reason.AMOUNT)
    elif sign_up.forgotten_at:
        _flag(payment, sign_up, Refund.Reason.ENDED)
    elif sign_up.state == State.CONFIRMED:
        refunds.create(payment, payment.paid_cents, reason=Refund.Reason.TWICE)
    elif sign_up.state == State.EXPIRED:
        _settle_late(payment, sign_up, now)
    elif sign_up.state != State.AWAITING_PAYMENT:
        _flag(payment, sign_up, Refund.Reason.ENDED)
    elif is_called_off(sign_up):
        _flag(payment, sign_up, Refund.Reason.NO_SEAT)
    else:
        settling.settle(sign_up, now)


def _is_what_is_owed(payment: Payment, sign_up: SignUp, status: gateways.Status) -> bool:
    """Whether the amount that was asked came in, in euros, and is still the price."""
    came_in = (status.amount_cents, status.currency) == (payment.amount_cents, CURRENCY)
    return came_in and payment.amount_cents == sign_up.price_cents


def _settle_late(payment: Payment, sign_up: SignUp, now: datetime) -> None:
    try:
        with transaction.atomic():
            holds.take_seats_again(sign_up, now)
    except seats.NoSeatError:
        _flag(payment, sign_up, Refund.Reason.NO_SEAT)
    else:
        settling.settle(sign_up, now)


def _flag(payment: Payment, sign_up: SignUp, reason: Refund.Reason) -> None:
    """Tell the person and the office that money came in that gives no place."""
    if payment.paid_cents:
        refunds.create(payment, payment.paid_cents, reason=reason, is_due=True)
    else:  # another currency: there is no amount in euros to refund
        mails.notify_office(
            sign_up,
            events.of_roster(sign_up.roster),
            "office_refund_due",
            key=f"odd-payment-{payment.pk}",
            amount=payment.reference,
            reason=Refund.Reason.AMOUNT.label,
        )
    mails.send(
        "payment_not_placed",
        sign_up,
        events.of_roster(sign_up.roster),
        key=f"payment-not-placed-{payment.pk}",
        to=mails.payer(sign_up) if payment.by_buyer else None,
        amount=lambda: format_euros(payment.paid_cents),
    )


def is_called_off(sign_up: SignUp) -> bool:
    """Whether its date was called off: then nobody pays, for the person first has to choose."""
    return sign_up.roster.state == Roster.State.CALLED_OFF
