"""Money that goes back. What came in is never forgotten: it belongs to a place, or it goes back."""

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

MOST_ATTEMPTS = 50  # a job a minute: after about an hour a person has to look

logger = logging.getLogger(__name__)


class WrongRefundStateError(Exception):
    """The refund has been decided already."""


def paid_cents(sign_up: SignUp) -> int:
    """What came in for this sign-up and has not gone back, nor is about to."""
    received = _sum(sign_up.payments.filter(state=Payment.State.PAID), "paid_cents")
    taken_back = _sum(sign_up.payments.all(), "charged_back_cents")
    return max(0, received - taken_back - _sum(_counting(sign_up), "amount_cents"))


def paid_cents_on(roster: Roster) -> int:
    """The same for everybody together who is on this roster now."""
    payments = Payment.objects.filter(sign_up__roster=roster, sign_up__state__in=SignUp.LIVE)
    back = Refund.objects.filter(payment__in=payments).exclude(state=Refund.State.DROPPED)
    received = _sum(payments.filter(state=Payment.State.PAID), "paid_cents")
    return max(0, received - _sum(payments, "charged_back_cents") - _sum(back, "amount_cents"))


def give_back(sign_up: SignUp, cents: int, *, reason: str, by: User | None = None) -> int:
    """Write that so many cents go back, newest payment first, in the caller's transaction.

    Never more than what is there. Returns the cents. What the provider cannot send (the office
    took the money another way) waits for the office.
    """
    rest = min(cents, paid_cents(sign_up))
    given = rest
    for payment in sign_up.payments.filter(state=Payment.State.PAID).order_by("-paid_at", "-pk"):
        part = min(rest, returnable_cents(payment))
        if part > 0:
            by_hand = payment.gateway == Payment.OFFICE
            write(payment, part, reason=reason, by=by, is_due=by_hand)
            rest -= part
    return given - rest


def returnable_cents(payment: Payment) -> int:
    """What is left of one payment."""
    back = _sum(payment.refunds.exclude(state=Refund.State.DROPPED), "amount_cents")
    return max(0, payment.paid_cents - payment.charged_back_cents - back)


def write(
    payment: Payment, cents: int, *, reason: str, by: User | None = None, is_due: bool = False
) -> Refund:
    """One refund. `is_due`: the office has to decide, and is told."""
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
    """The office agrees: the provider sends it, or the office just did so at the bank.

    What came in at the bank always goes back there; `by_hand` is for what the provider failed at.
    """
    refund = _locked(refund, Refund.State.DUE, Refund.State.FAILED)
    refund.by = by
    refund.attempts = 0
    _log(refund, "refund agreed")
    if by_hand or refund.payment.gateway == Payment.OFFICE:
        _finish(refund, Refund.State.DONE)
    else:
        refund.state = Refund.State.QUEUED
        refund.save()
    return refund


@transaction.atomic
def keep(refund: Refund, *, by: User) -> Refund:
    """The office decides that this money does not go back."""
    refund = _locked(refund, Refund.State.DUE, Refund.State.FAILED)
    refund.state, refund.by = Refund.State.DROPPED, by
    refund.save(update_fields=["state", "by"])
    _log(refund, "refund refused")
    return refund


def send_queued() -> int:
    """Ask the provider for every refund that waits. Safe to repeat: each has its own key.

    Returns how many the provider took.
    """
    taken = 0
    waiting = Refund.objects.filter(state=Refund.State.QUEUED).select_related("payment")
    for refund in waiting.order_by("pk"):
        taken += _send(refund)
    return taken


def follow(payment: Payment, found: Iterable[gateways.RefundStatus]) -> None:
    """Bring our refunds of a locked payment in line with those that the provider tells of."""
    for seen in found:
        refund = payment.refunds.filter(reference=seen.reference).first()
        if refund is None:
            refund = _adopt(payment, seen)
        state = Refund.State(seen.state)
        if refund.state != state and refund.state != Refund.State.DONE:
            _finish(refund, state)


def tell_office(refund: Refund) -> None:
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
        _note_trouble(refund, trouble)
        return False
    with transaction.atomic():
        refund = _locked(refund, Refund.State.QUEUED)
        refund.reference = answer.reference
        _finish(refund, Refund.State(answer.state))
    return True


def _note_trouble(refund: Refund, trouble: gateways.GatewayError) -> None:
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
    """A refund that we have no reference of: ours whose answer was lost, or made elsewhere."""
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


def _finish(refund: Refund, state: str) -> None:
    """Save the state; the person hears once, when the money is on its way."""
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
    """Locks in the same order as everything else: roster, sign-up, then the money."""
    transitions.lock(refund.payment.sign_up_id)
    found = Refund.objects.select_for_update().get(pk=refund.pk)
    if found.state not in states:
        raise WrongRefundStateError
    return found


def _log(refund: Refund, note: str) -> None:
    transitions.log(refund.payment.sign_up, timezone.now(), by=refund.by, note=note)


def _counting(sign_up: SignUp) -> QuerySet[Refund]:
    return Refund.objects.filter(payment__sign_up=sign_up).exclude(state=Refund.State.DROPPED)


def _sum(rows: QuerySet[Any], column: str) -> int:
    return rows.aggregate(total=Sum(column))["total"] or 0
