"""Refunds. Money that came in either pays for a place or goes back; none is overlooked."""

import logging
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone

from core.models import User
from courses import gateways, mails
from courses.domain import transitions
from courses.models import Payment, Refund, Roster, SignUp
from courses.reading import events
from courses.values.money import format_euros

MOST_ATTEMPTS = 50  # one a minute: after about an hour the office has to look

logger = logging.getLogger(__name__)


class WrongRefundStateError(Exception):
    """The refund is not in a state in which this can be done, as when it was decided before."""


def paid_cents(sign_up: SignUp) -> int:
    """The cents that came in for this sign-up, minus what went back or is about to go back."""
    received = _sum(sign_up.payments.filter(state=Payment.State.PAID), "paid_cents")
    taken_back = _sum(sign_up.payments.all(), "charged_back_cents")
    return max(0, received - taken_back - _sum(_not_dropped(sign_up), "amount_cents"))


def paid_cents_on(roster: Roster) -> int:
    """The same for all live sign-ups on this roster together."""
    payments = Payment.objects.filter(sign_up__roster=roster, sign_up__state__in=SignUp.LIVE)
    back = Refund.objects.filter(payment__in=payments).exclude(state=Refund.State.DROPPED)
    received = _sum(payments.filter(state=Payment.State.PAID), "paid_cents")
    return max(0, received - _sum(payments, "charged_back_cents") - _sum(back, "amount_cents"))


def give_back(sign_up: SignUp, cents: int, *, reason: str, by: User | None = None) -> int:
    """Create refunds for so many cents, newest payment first, in the caller's transaction.

    Never more than what is there. Returns the cents that go back. Money that did not come through
    the provider waits for the office to return it.
    """
    rest = min(cents, paid_cents(sign_up))
    given = rest
    for payment in sign_up.payments.filter(state=Payment.State.PAID).order_by("-paid_at", "-pk"):
        part = min(rest, returnable_cents(payment))
        if part > 0:
            by_hand = payment.gateway == Payment.OFFICE
            create(payment, part, reason=reason, by=by, is_due=by_hand)
            rest -= part
    return given - rest


def returnable_cents(payment: Payment) -> int:
    """The cents of one payment that can still go back."""
    back = _sum(payment.refunds.exclude(state=Refund.State.DROPPED), "amount_cents")
    return max(0, payment.paid_cents - payment.charged_back_cents - back)


def create(
    payment: Payment, cents: int, *, reason: str, by: User | None = None, is_due: bool = False
) -> Refund:
    """Create one refund. With `is_due` the office has to decide about it, and gets a mail."""
    refund = Refund.objects.create(
        payment=payment,
        amount_cents=cents,
        state=Refund.State.DUE if is_due else Refund.State.QUEUED,
        reason=reason,
        created_at=timezone.now(),
        by=by,
    )
    if is_due:
        tell_office(refund)
    return refund


@transaction.atomic
def pay_back(refund: Refund, *, by: User, by_hand: bool = False) -> Refund:
    """Agree to a refund: the provider sends it, or the office has done so at the bank (`by_hand`).

    Money that came in at the bank always goes back there. Raises WrongRefundStateError.
    """
    refund = _locked(refund, Refund.State.DUE, Refund.State.FAILED)
    refund.by = by
    refund.attempts = 0
    _log(refund, "refund agreed")
    if by_hand or refund.payment.gateway == Payment.OFFICE:
        _save_state(refund, Refund.State.DONE)
    else:
        refund.state = Refund.State.QUEUED
        refund.save()
    return refund


@transaction.atomic
def drop(refund: Refund, *, by: User) -> Refund:
    """Decide that this money does not go back. Raises WrongRefundStateError."""
    refund = _locked(refund, Refund.State.DUE, Refund.State.FAILED)
    refund.state, refund.by = Refund.State.DROPPED, by
    refund.save(update_fields=["state", "by"])
    _log(refund, "refund refused")
    return refund


def send_queued() -> int:
    """Ask the provider to send every queued refund. Idempotent, for each refund has its own key.

    Call it outside a transaction. Returns the number that the provider accepted.
    """
    taken = 0
    waiting = Refund.objects.filter(state=Refund.State.QUEUED).select_related("payment")
    for refund in waiting.order_by("pk"):
        taken += _send(refund)
    return taken


def sync_with_provider(payment: Payment, found: Iterable[gateways.RefundStatus]) -> None:
    """Bring the refunds of a locked payment in line with those that the provider reports."""
    for seen in found:
        refund = payment.refunds.filter(reference=seen.reference).first()
        if refund is None:
            refund = _adopt(payment, seen)
        state = Refund.State(seen.state)
        if refund.state != state and refund.state != Refund.State.DONE:
            _save_state(refund, state)


def tell_office(refund: Refund) -> None:
    """Mail the office that this refund needs their decision."""
    sign_up = refund.payment.sign_up
    mails.notify_office(
        sign_up,
        events.of_roster(sign_up.roster),
        "office_refund_due",
        key=f"refund-due-{refund.pk}-{refund.state}",
        amount=lambda: format_euros(refund.amount_cents),
        reason=refund.get_reason_display,
    )


def _send(refund: Refund) -> bool:
    # Outside any transaction: a provider that hangs must not hold a lock.
    gateway = gateways.named(refund.payment.gateway)
    try:
        answer = gateway.refund(
            refund.payment.reference,
            amount_cents=refund.amount_cents,
            description=refund.payment.sign_up.roster.code,
            key=refund.key,
        )
    except gateways.GatewayError as trouble:
        _record_trouble(refund, trouble)
        return False
    with transaction.atomic():
        refund = _locked(refund, Refund.State.QUEUED)
        refund.reference = answer.reference
        _save_state(refund, Refund.State(answer.state))
    return True


def _record_trouble(refund: Refund, trouble: gateways.GatewayError) -> None:
    logger.warning("refund %s: %s", refund.pk, type(trouble).__name__)
    with transaction.atomic():
        refund = _locked(refund, Refund.State.QUEUED)
        refund.attempts += 1
        refund.last_error = type(trouble).__name__
        definite = isinstance(trouble, gateways.RefusedError)
        if definite or refund.attempts >= MOST_ATTEMPTS:
            refund.state = Refund.State.FAILED
            tell_office(refund)
        refund.save()


def _adopt(payment: Payment, seen: gateways.RefundStatus) -> Refund:
    """A refund without a known reference: ours, if the answer was lost, or one made elsewhere."""
    ours = payment.refunds.filter(key=seen.key).first() if seen.key else None
    if ours:
        ours.reference = seen.reference
        return ours
    return Refund(
        payment=payment,
        amount_cents=seen.amount_cents,
        reason=Refund.Reason.PROVIDER,
        reference=seen.reference,
        created_at=timezone.now(),
    )


def _save_state(refund: Refund, state: str) -> None:
    """Save the new state. The person gets one mail, when the money is on its way."""
    refund.state = state
    if state == Refund.State.DONE:
        refund.done_at = timezone.now()
    refund.save()
    if state in (Refund.State.PENDING, Refund.State.DONE):
        _tell_person(refund)
    elif state == Refund.State.FAILED:
        tell_office(refund)


def _tell_person(refund: Refund) -> None:
    sign_up = refund.payment.sign_up
    mails.send(
        "refunded",
        sign_up,
        events.of_roster(sign_up.roster),
        key=f"refunded-{refund.pk}",
        to=mails.payer(sign_up) if refund.payment.by_buyer else None,
        amount=lambda: format_euros(refund.amount_cents),
    )


def _locked(refund: Refund, *states: str) -> Refund:
    """The refund, locked after its roster and sign-up. Raises WrongRefundStateError."""
    transitions.lock(refund.payment.sign_up_id)
    found = Refund.objects.select_for_update().get(pk=refund.pk)
    if found.state not in states:
        raise WrongRefundStateError
    return found


def _log(refund: Refund, note: str) -> None:
    transitions.log(refund.payment.sign_up, timezone.now(), by=refund.by, note=note)


def _not_dropped(sign_up: SignUp) -> QuerySet[Refund]:
    return Refund.objects.filter(payment__sign_up=sign_up).exclude(state=Refund.State.DROPPED)


def _sum(rows: QuerySet[Any], column: str) -> int:
    return rows.aggregate(total=Sum(column))["total"] or 0
