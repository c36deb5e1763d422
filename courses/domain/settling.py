"""What makes the money of a sign-up agree with its place and its papers (see reading.balance).

When money and papers differ, as after a charge-back, the office has three ways: the rest came in,
the rest is credited, or what is too much goes back.
"""

from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from core.models import User
from courses import mails
from courses.domain import buyers, cancellations, invoices, refunds, transitions
from courses.domain.transitions import WrongStateError
from courses.models import Payment, Refund, Roster, SignUp
from courses.reading import balance, events

NOON = time(12)


class StaleBalanceError(Exception):
    """The amount has changed since the office saw it. Nothing was done."""


def settle(
    sign_up: SignUp, now: datetime, by: User | None = None, *, paid_at: datetime | None = None
) -> None:
    """Make the place of a locked sign-up final, because its price has come in.

    `paid_at` is when the money came in, if that was earlier.
    """
    sign_up.paid_at = paid_at or now
    transitions.confirm(sign_up, now, by=by)
    found = balance.of(sign_up)
    day = timezone.localdate(sign_up.paid_at)
    part = found.held if 0 < found.held < (sign_up.price_cents or 0) else None
    invoices.issue(sign_up, paid_on=day, part_cents=part)


def moment_of(day: date | None, now: datetime) -> datetime:
    """When money came in of which only the day is known: at noon, or now if it was today."""
    if day is None or day == timezone.localdate(now):
        return now
    return timezone.make_aware(datetime.combine(day, NOON))


def use_waiting_money(sign_up: SignUp, now: datetime, by: User | None = None) -> bool:
    """Use money that came in while there was no place, and that nobody has sent back yet.

    The caller has locked the sign-up. Returns whether the place is final with it.
    """
    is_off = sign_up.roster.state == Roster.State.CALLED_OFF
    if sign_up.state != SignUp.State.AWAITING_PAYMENT or is_off:
        return False
    waiting = refunds.waiting_for_a_place(sign_up).select_for_update(of=["self"])
    for refund in waiting.select_related("payment"):
        there = refund.payment.paid_cents - refund.payment.charged_back_cents
        if refund.amount_cents == there == sign_up.price_cents:
            refund.state = Refund.State.REPLACED
            refund.save(update_fields=["state"])
            transitions.log(sign_up, now, by=by, note="money used for this place")
            settle(sign_up, now, by=by)
            return True
    return False


@transaction.atomic
def record_rest(
    sign_up: SignUp, *, by: User, cents: int, day: date | None = None, remark: str = ""
) -> SignUp:
    """Record that the `cents` that were short came in at the bank, on this day or today.

    Raises StaleBalanceError when another amount is short by now.
    """
    sign_up = transitions.lock(sign_up.pk)
    if not can_close(sign_up) or balance.of(sign_up).short != cents or not cents:
        raise StaleBalanceError
    now = timezone.now()
    last = sign_up.payments.order_by("-created_at", "-pk").first()
    Payment.objects.create(
        sign_up=sign_up,
        gateway=Payment.OFFICE,
        by_buyer=bool(last and last.by_buyer),
        amount_cents=cents,
        paid_cents=cents,
        state=Payment.State.PAID,
        created_at=now,
        paid_at=moment_of(day, now),
        remark=remark,
    )
    transitions.log(sign_up, now, by=by, note=f"rest of {cents} cents received")
    return sign_up


@transaction.atomic
def credit_rest(sign_up: SignUp, *, by: User, cents: int) -> SignUp:
    """Credit the `cents` that were short: nobody owes them any more.

    Raises StaleBalanceError when another amount is short by now.
    """
    sign_up = transitions.lock(sign_up.pk)
    if not can_close(sign_up) or balance.of(sign_up).short != cents or not cents:
        raise StaleBalanceError
    rest = cents
    while rest and (invoice := invoices.standing(sign_up)):
        note = invoices.credit(invoice, rest)
        rest -= note.amount_cents if note else rest
    transitions.log(sign_up, timezone.now(), by=by, note=f"rest of {cents} cents credited")
    return sign_up


def pay_rest(sign_up: SignUp, *, by: User, cents: int) -> SignUp:
    """Pay back the `cents` that are there and that no paper asks for.

    Call it outside a transaction: the provider is asked first. Raises StaleBalanceError when
    another amount is too much by now.
    """
    refunds.ask_about(sign_up)
    with transaction.atomic():
        sign_up = transitions.lock(sign_up.pk)
        if balance.of(sign_up).over != cents or not cents:
            raise StaleBalanceError
        refunds.give_back(sign_up, cents, reason=Refund.Reason.OFFICE, by=by)
        note = f"rest of {cents} cents goes back"
        transitions.log(sign_up, timezone.now(), by=by, note=note)
    return sign_up


def can_close(sign_up: SignUp) -> bool:
    """Whether the office can settle what is short; whoever still waits simply pays."""
    return sign_up.state not in SignUp.HELD


def recorded(sign_up: SignUp) -> Payment | None:
    """The payment that the office recorded last and can take back: nothing of it went back."""
    if sign_up.state != SignUp.State.CONFIRMED:
        return None
    paid = sign_up.payments.filter(gateway=Payment.OFFICE, state=Payment.State.PAID)
    last = paid.order_by("-paid_at", "-pk").first()
    is_untouched = last is not None and not last.refunds.exists()
    return last if is_untouched else None


@transaction.atomic
def take_back(sign_up: SignUp, *, by: User, reason: str) -> SignUp:
    """Undo a payment that the office recorded by mistake. The reason is in the history.

    Before the first day, and if no other money is there, the place is no longer final: the person
    gets a mail and a term to pay, and an invoice that said “paid” is credited. Otherwise the place
    stays, and what is short is to be settled. Raises WrongStateError.
    """
    sign_up = transitions.lock(sign_up.pk)
    payment = recorded(sign_up)
    if payment is None:
        raise WrongStateError
    now = timezone.now()
    payment.state, payment.paid_at, payment.paid_cents = Payment.State.CANCELLED, None, 0
    payment.save(update_fields=["state", "paid_at", "paid_cents"])
    is_all = not sign_up.payments.filter(state=Payment.State.PAID).exists()
    if is_all and not cancellations.has_begun(sign_up) and not sign_up.forgotten_at:
        _wait_again(sign_up, now)
        transitions.log(sign_up, now, by=by, note=transitions.TAKEN_BACK, reason=reason)
        mails.send("payment_taken_back", sign_up, events.of_roster(sign_up.roster))
    else:
        transitions.log(sign_up, now, by=by, note="payment recorded was taken back", reason=reason)
    return sign_up


def _wait_again(sign_up: SignUp, now: datetime) -> None:
    sign_up.state = SignUp.State.AWAITING_PAYMENT
    sign_up.paid_at = sign_up.confirmed_at = None
    sign_up.hold_until = transitions.end_of_hold(now)
    invoice = invoices.standing(sign_up)
    if invoice and invoice.due_on:
        until = buyers.hold_until_end_of(invoice.due_on)
        transitions.hold_until_at_least(sign_up, until)
    elif invoice:
        invoices.credit(invoice, invoices.left_cents(invoice))
    sign_up.save(update_fields=["state", "paid_at", "confirmed_at", "hold_until"])
