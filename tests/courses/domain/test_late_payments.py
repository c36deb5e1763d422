"""Money that comes when the sign-up no longer waits for it, or in another amount."""

import pytest
from django.utils import timezone

from courses.domain import (
    cancellations,
    forgetting,
    go_no_go,
    holds,
    moves,
    payments,
    reconciliation,
    rosters,
)
from courses.models import Payment, Roster
from courses.reading import events
from tests import factories
from tests.courses.domain.paying import PRICE, begin, lapse, office_mails, pay, refunds_of, state

pytestmark = pytest.mark.usefixtures("invariants_hold")


@pytest.fixture
def taken(event):
    return factories.sign_up(event)


def test_late_money_confirms_a_place_that_is_still_free(fake_mollie, taken, mails_about):
    payment = begin(taken)
    lapse(taken)

    pay(fake_mollie, payment)

    assert state(taken) == "confirmed"
    assert taken.claims.count() == 2
    assert mails_about(taken)[-2:] == ["hold_lapsed", "confirmed"]
    assert refunds_of(taken) == []


def sold_out(sign_up, office):
    lapse(sign_up)
    factories.fill(events.of_roster(sign_up.roster))


def closed(sign_up, office):
    lapse(sign_up)
    rosters.set_availability(sign_up.roster, state=Roster.State.CLOSED, availability_override="")


def called_off(sign_up, office):
    go_no_go.call_off(sign_up.roster, by=office)


def signed_up_again(sign_up, office):
    lapse(sign_up)
    names = ("first_name", "infix", "last_name", "email")
    same = factories.application(**{name: getattr(sign_up, name) for name in names})
    factories.sign_up(events.of_roster(sign_up.roster), same)


def cancelled_by_person(sign_up, office):
    cancellations.cancel_by_person(sign_up, expected_cents=0)


def cancelled_by_office(sign_up, office):
    cancellations.cancel(sign_up, by=office)


@pytest.mark.parametrize(
    ("what_happens", "reason", "left"),
    [
        (sold_out, "no_seat", "expired"),
        (closed, "no_seat", "expired"),
        (signed_up_again, "no_seat", "expired"),
        (called_off, "no_seat", "awaiting_payment"),
        (cancelled_by_person, "ended", "cancelled"),
        (cancelled_by_office, "ended", "cancelled"),
    ],
)
def test_late_money_that_gives_no_place_is_reported(
    fake_mollie, event, office, mails_about, what_happens, reason, left
):
    taken = factories.sign_up(event)
    payment = begin(taken)
    what_happens(taken, office)

    pay(fake_mollie, payment)
    pay(fake_mollie, payment)

    assert state(taken) == left
    assert refunds_of(taken) == [(reason, "due", PRICE)]
    assert mails_about(taken)[-2:] == ["office_refund_due", "payment_not_placed"]
    assert office_mails() == ["office@example.nl"]


@pytest.mark.parametrize(
    ("value", "currency"), [("1194.99", "EUR"), ("1195.00", "USD"), ("0.01", "EUR")]
)
def test_another_amount_confirms_nothing(fake_mollie, taken, mails_about, value, currency):
    payment = begin(taken)
    fake_mollie.set_amount(payment.reference, value, currency)

    pay(fake_mollie, payment)

    assert state(taken) == "awaiting_payment"
    assert "confirmed" not in mails_about(taken)
    assert len(office_mails()) == 1


def test_of_two_payments_that_are_both_paid_one_goes_back(fake_mollie, taken):
    first = begin(taken)
    Payment.objects.update(expires_at=timezone.now())
    second = begin(taken)
    assert first.pk != second.pk
    pay(fake_mollie, second)

    pay(fake_mollie, first)

    assert state(taken) == "confirmed"
    assert refunds_of(taken) == [("twice", "queued", PRICE)]


def test_a_payment_that_nobody_needs_any_more_is_cancelled(fake_mollie, taken, office):
    payment = begin(taken)
    fake_mollie.payments[payment.reference]["isCancelable"] = True
    payments.record(taken, by=office)

    reconciliation.reconcile()

    payment.refresh_from_db()
    assert payment.state == "cancelled"


def test_a_payment_for_a_former_price_is_cancelled(fake_mollie, taken, event, office):
    dearer = factories.event(event.course, parts=[factories.part(80)], price_cents=130000)
    payment = begin(taken)
    fake_mollie.payments[payment.reference]["isCancelable"] = True
    moves.move(taken, dearer.roster, by=office, price_cents=130000)

    reconciliation.reconcile()

    payment.refresh_from_db()
    assert payment.state == "cancelled"
    assert begin(taken).amount_cents == 130000


def test_money_for_a_former_price_waits_for_the_office(
    fake_mollie, taken, event, office, mails_about
):
    """The checkout was open in another window. What is owed now can still be paid."""
    dearer = factories.event(event.course, parts=[factories.part(80)], price_cents=130000)
    former = begin(taken)
    moves.move(taken, dearer.roster, by=office, price_cents=130000)

    pay(fake_mollie, former)

    assert state(taken) == "awaiting_payment"
    assert refunds_of(taken) == [("amount", "due", PRICE)]
    assert mails_about(taken)[-1] == "payment_not_placed"
    pay(fake_mollie, begin(taken))
    assert state(taken) == "confirmed"
    assert refunds_of(taken) == [("amount", "due", PRICE)]


def test_money_for_a_sign_up_without_personal_data_gives_no_place(
    fake_mollie, taken, office, mails_about
):
    payment = begin(taken)
    lapse(taken)
    holds.expire()
    forgetting.forget_sign_up(taken.pk, timezone.now())
    before = mails_about(taken)

    pay(fake_mollie, payment)

    assert state(taken) == "expired"
    assert refunds_of(taken) == [("ended", "due", PRICE)]
    assert mails_about(taken) == [*before, "office_refund_due"]
