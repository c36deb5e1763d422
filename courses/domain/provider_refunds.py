"""What went back at the provider, and what that leaves: our refunds follow what it reports.

No more goes back than is there: what is not with the provider yet is lowered, or replaced, when
money went back otherwise.
"""

import uuid
from contextlib import suppress
from typing import Any

from django.db import transaction
from django.db.models import Case, IntegerField, QuerySet, Sum, Value, When
from django.utils import timezone

from courses import gateways, mails
from courses.domain import transitions
from courses.models import Payment, Refund
from courses.reading import events
from courses.values.money import format_euros

State = Refund.State
IN_ORDER = (State.QUEUED, State.DUE, State.FAILED)  # of what is not with the provider


def ask_first(payment: Payment) -> None:
    """Ask the provider what went back already, if it can tell now, before more is given back.

    Call it outside a transaction.
    """
    if payment.gateway == Payment.OFFICE or not payment.reference:
        return
    with suppress(gateways.GatewayError):
        ask(payment)


def note_what_went_back(payment: Payment, status: gateways.Status) -> None:
    """Bring a locked payment's charge-backs and refunds in line with what the provider reports.

    What is not with the provider yet is lowered to what is left, or replaced if nothing is.
    """
    before = payment.charged_back_cents
    payment.charged_back_cents = status.charged_back_cents
    payment.save(update_fields=["charged_back_cents"])
    for seen in status.refunds:
        _sync(payment, seen)
    _fit(payment)
    if payment.charged_back_cents != before:
        _tell_of_chargeback(payment, before)


def has_news(refund: Refund | None, seen: gateways.RefundStatus) -> bool:
    """Whether the provider's state of a refund tells us something; None: we do not know it yet."""
    if refund is None:  # somebody else's that never went out does not concern us
        return seen.state != State.FAILED
    match seen.state:
        case State.DONE:
            return refund.state != State.DONE
        case State.PENDING:
            return refund.state not in (State.PENDING, State.DONE)
        case _:  # a refund may fail after it was done, as when the account does not exist any more
            return refund.state in Refund.GOING_BACK


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


def save_state(refund: Refund, state: str) -> None:
    """Save the new state. The person gets one mail, when the money is on its way."""
    refund.state = state
    refund.done_at = timezone.now() if state == State.DONE else None
    refund.save()
    if state in (State.PENDING, State.DONE):
        _tell_person(refund)
    elif state == State.FAILED:
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


def total(rows: QuerySet[Any], column: str) -> int:
    """The sum of a column of cents."""
    return rows.aggregate(total=Sum(column))["total"] or 0


def ask(payment: Payment) -> None:
    """Ask the provider what went back. Raises GatewayError. Call it outside a transaction."""
    status = gateways.named(payment.gateway).fetch(payment.reference)
    with transaction.atomic(durable=True):
        transitions.lock(payment.sign_up_id)
        note_what_went_back(Payment.objects.select_for_update().get(pk=payment.pk), status)


def _sync(payment: Payment, seen: gateways.RefundStatus) -> None:
    known = payment.refunds.filter(reference=seen.reference).first() or _unanswered(payment, seen)
    if has_news(known, seen):
        refund = known or Refund(  # it was made elsewhere
            payment=payment, reason=Refund.Reason.PROVIDER, created_at=timezone.now()
        )
        refund.reference = seen.reference
        refund.amount_cents = seen.amount_cents
        save_state(refund, State(seen.state))


def _unanswered(payment: Payment, seen: gateways.RefundStatus) -> Refund | None:
    """Our refund with this key, if the answer to our request was lost."""
    return payment.refunds.filter(key=seen.key).first() if _is_key(seen.key) else None


def _is_key(text: str) -> bool:
    """Whether the provider's text is a key as ours are; in its dashboard people write anything."""
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _fit(payment: Payment) -> None:
    """Lower or replace what is not with the provider until no more goes back than is there."""
    with_them = payment.refunds.filter(state__in=(State.PENDING, State.DONE))
    left = payment.paid_cents - payment.charged_back_cents - total(with_them, "amount_cents")
    order = Case(
        *(When(state=state, then=Value(place)) for place, state in enumerate(IN_ORDER)),
        output_field=IntegerField(),
    )
    for refund in payment.refunds.filter(state__in=IN_ORDER).order_by(order, "pk"):
        fits = min(refund.amount_cents, max(0, left))
        left -= fits
        if fits < refund.amount_cents:
            _lower(refund, fits)


def _lower(refund: Refund, cents: int) -> None:
    note = f"refund of {refund.amount_cents} cents lowered to {cents} cents"
    transitions.log(refund.payment.sign_up, timezone.now(), note=note)
    if not cents:
        refund.state = State.REPLACED
    else:
        refund.amount_cents = cents
        if not refund.reference:
            refund.key = uuid.uuid4()  # the provider may have been asked for the former amount
    refund.save()


def _tell_of_chargeback(payment: Payment, before: int) -> None:
    """Tell the office only. The sign-up keeps its seat until they have spoken with the person."""
    cents = payment.charged_back_cents - before
    sign_up = payment.sign_up
    transitions.log(
        sign_up,
        timezone.now(),
        note="payment charged back" if cents > 0 else "charge-back reversed",
    )
    mails.notify_office(
        sign_up,
        events.of_roster(sign_up.roster),
        "office_charged_back" if cents > 0 else "office_charge_back_reversed",
        amount=lambda: format_euros(abs(cents)),
    )
