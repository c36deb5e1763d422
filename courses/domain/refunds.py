"""Refunds. Money that came in either pays for a place or goes back; none is overlooked.

No more goes back than is there: the provider is asked before money is given back, see
`provider_refunds`.
"""

import logging

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from core.logs import class_and_place
from core.models import User
from courses import gateways
from courses.domain import invoices, provider_refunds, transitions
from courses.domain.provider_refunds import tell_office, total
from courses.models import Payment, Refund, Roster, SignUp

MOST_ATTEMPTS = 50  # one a minute: after about an hour the office has to look
MOST_TROUBLES = 5  # in a row: then the provider itself is away
State = Refund.State

logger = logging.getLogger(__name__)


class WrongRefundStateError(Exception):
    """The refund is not in a state in which this can be done, as when it was decided before."""


def paid_cents(sign_up: SignUp) -> int:
    """The cents that came in for this sign-up, minus what went back or is about to go back."""
    received = total(sign_up.payments.filter(state=Payment.State.PAID), "paid_cents")
    taken_back = total(sign_up.payments.all(), "charged_back_cents")
    return max(0, received - taken_back - total(_going_back(sign_up), "amount_cents"))


def paid_cents_on(roster: Roster) -> int:
    """The same for all live sign-ups on this roster together."""
    payments = Payment.objects.filter(sign_up__roster=roster, sign_up__state__in=SignUp.LIVE)
    back = Refund.objects.filter(payment__in=payments).exclude(state__in=Refund.NOT_BACK)
    received = total(payments.filter(state=Payment.State.PAID), "paid_cents")
    return max(0, received - total(payments, "charged_back_cents") - total(back, "amount_cents"))


def waiting_for_a_place(sign_up: SignUp) -> QuerySet[Refund]:
    """Money that came in while there was no place, about which nobody has decided yet."""
    reason = Refund.Reason.NO_SEAT
    return Refund.objects.filter(payment__sign_up=sign_up, state=State.DUE, reason=reason)


def paid_or_waiting_cents(sign_up: SignUp) -> int:
    """As `paid_cents`, with the money that waits for a place: all that the person paid for one."""
    return paid_cents(sign_up) + total(waiting_for_a_place(sign_up), "amount_cents")


def send_waiting(sign_up: SignUp) -> int:
    """Agree to give back what waits for a place, in the caller's transaction. Returns the cents.

    What came in at the bank still waits for the office, which has to transfer it.
    """
    waiting = waiting_for_a_place(sign_up)
    cents = total(waiting, "amount_cents")
    rows = waiting.exclude(payment__gateway=Payment.OFFICE).values_list("pk", flat=True)
    Refund.objects.filter(pk__in=list(rows)).update(state=State.QUEUED)
    return cents


def ask_about(sign_up: SignUp) -> None:
    """Ask the provider what went back already, before the office or the person decides.

    Call it outside a transaction. Without an answer what we know has to do.
    """
    for payment in sign_up.payments.filter(state=Payment.State.PAID).select_related("sign_up"):
        provider_refunds.ask_first(payment)


def give_back(
    sign_up: SignUp, cents: int, *, reason: str, by: User | None = None, is_due: bool = False
) -> int:
    """Create refunds for so many cents, newest payment first, in the caller's transaction.

    Never more than what is there. Returns the cents that go back. Money that did not come through
    the provider waits for the office to return it; with `is_due` all waits for their decision.
    """
    rest = min(cents, paid_cents(sign_up))
    given = rest
    for payment in sign_up.payments.filter(state=Payment.State.PAID).order_by("-paid_at", "-pk"):
        part = min(rest, returnable_cents(payment))
        if part > 0:
            by_hand = payment.gateway == Payment.OFFICE
            create(payment, part, reason=reason, by=by, is_due=by_hand or is_due)
            rest -= part
    return given - rest


def returnable_cents(payment: Payment) -> int:
    """The cents of one payment that can still go back."""
    back = total(payment.refunds.exclude(state__in=Refund.NOT_BACK), "amount_cents")
    return max(0, payment.paid_cents - payment.charged_back_cents - back)


def create(
    payment: Payment, cents: int, *, reason: str, by: User | None = None, is_due: bool = False
) -> Refund:
    """Create one refund. With `is_due` the office has to decide about it, and gets a mail."""
    refund = Refund.objects.create(
        payment=payment,
        amount_cents=cents,
        state=State.DUE if is_due else State.QUEUED,
        reason=reason,
        created_at=timezone.now(),
        by=by,
    )
    if is_due:
        tell_office(refund)
    return refund


def pay_back(
    refund: Refund, *, by: User, by_hand: bool = False, cents: int | None = None
) -> Refund:
    """Agree to a refund: the provider sends it, or the office has done so at the bank (`by_hand`).

    With `cents` no more than that goes back. Money that came in at the bank always goes back there.
    Whoever has left by now gets a credit note for what goes back. Call it outside a transaction:
    the provider is asked first. Raises WrongRefundStateError, as when that left nothing.
    """
    provider_refunds.ask_first(refund.payment)
    with transaction.atomic():
        refund = _locked(refund, *Refund.UNDECIDED)
        if cents is not None and cents < refund.amount_cents:
            _keep(refund, refund.amount_cents - cents, by)
        if refund.reference:  # it failed at the provider, which knows it by its key
            refund = _anew(refund)
        refund.by = by
        refund.attempts = 0
        _log(refund, "refund agreed")
        if by_hand or refund.payment.gateway == Payment.OFFICE:
            provider_refunds.save_state(refund, State.DONE)
        else:
            refund.state = State.QUEUED
            refund.save()
        sign_up = refund.payment.sign_up
        if not sign_up.is_live:
            invoices.credit_after_end(sign_up, paid_cents(sign_up))
    return refund


@transaction.atomic
def drop(refund: Refund, *, by: User) -> Refund:
    """Decide that this money does not go back. Raises WrongRefundStateError."""
    refund = _locked(refund, *Refund.UNDECIDED)
    refund.state, refund.by = State.DROPPED, by
    refund.save(update_fields=["state", "by"])
    _log(refund, "refund refused")
    return refund


def send_queued() -> int:
    """Hand queued refunds to the provider; each is repeated with its own key.

    What one of them answers keeps no other from being sent. Call it outside a transaction. Returns
    the number that the provider accepted.
    """
    taken = in_a_row = 0
    waiting = Refund.objects.filter(state=State.QUEUED).select_related("payment__sign_up__roster")
    for refund in waiting.order_by("attempts", "pk"):
        if _is_sent(refund):
            taken += 1
            in_a_row = 0
        else:
            in_a_row += 1
        if in_a_row == MOST_TROUBLES:
            break
    return taken


def _is_sent(refund: Refund) -> bool:
    try:
        return _send(refund)
    except WrongRefundStateError:  # decided, or found at the provider, in the meantime
        return False
    except Exception as error:
        logger.warning("refund %s: %s", refund.pk, class_and_place(error))
        Refund.objects.filter(pk=refund.pk).update(attempts=refund.attempts + 1)
        return False


def _send(refund: Refund) -> bool:
    # Outside any transaction: a provider that hangs must not hold a lock.
    try:
        provider_refunds.ask(refund.payment)
        refund.refresh_from_db(fields=["state", "amount_cents", "key"])
        if refund.state != State.QUEUED:
            return False
        answer = gateways.named(refund.payment.gateway).refund(
            refund.payment.reference,
            amount_cents=refund.amount_cents,
            description=refund.payment.sign_up.roster.code,
            key=refund.key,
        )
    except gateways.GatewayError as trouble:
        _record_trouble(refund, trouble)
        return False
    with transaction.atomic():
        refund = _as_sent(refund)
        refund.reference = answer.reference
        refund.amount_cents = answer.amount_cents
        provider_refunds.save_state(refund, State(answer.state))
    return True


def _record_trouble(refund: Refund, trouble: gateways.GatewayError) -> None:
    logger.warning("refund %s: %s", refund.pk, type(trouble).__name__)
    with transaction.atomic():
        refund = _as_sent(refund)
        refund.attempts += 1
        refund.last_error = type(trouble).__name__
        definite = isinstance(trouble, gateways.RefusedError)
        if definite or refund.attempts >= MOST_ATTEMPTS:
            refund.state = State.FAILED
            tell_office(refund)
        refund.save()


def _as_sent(refund: Refund) -> Refund:
    """The locked row, if it is still the refund that the provider was asked for."""
    found = _locked(refund, State.QUEUED)
    if found.key != refund.key:
        raise WrongRefundStateError
    return found


def _keep(refund: Refund, cents: int, by: User) -> None:
    """Decide that so many cents of a refund do not go back; they get a row of their own."""
    refund.amount_cents -= cents
    refund.save(update_fields=["amount_cents"])
    Refund.objects.create(
        payment=refund.payment,
        amount_cents=cents,
        state=State.DROPPED,
        reason=refund.reason,
        created_at=timezone.now(),
        by=by,
    )


def _anew(refund: Refund) -> Refund:
    """Another refund instead of this one, which the provider could not carry out."""
    Refund.objects.filter(pk=refund.pk).update(state=State.REPLACED)
    return Refund(
        payment=refund.payment,
        amount_cents=refund.amount_cents,
        reason=refund.reason,
        created_at=timezone.now(),
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


def _going_back(sign_up: SignUp) -> QuerySet[Refund]:
    return Refund.objects.filter(payment__sign_up=sign_up).exclude(state__in=Refund.NOT_BACK)
