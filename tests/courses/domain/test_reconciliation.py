"""Reconciliation: the job finds what no webhook told, and cancels what nobody owes."""

import datetime

import pytest
from django.utils import timezone

from courses.domain import (
    go_no_go,
    payments,
    reconciliation,
)
from courses.models import Payment, SignUp
from tests import factories
from tests.courses.domain.paying import begin, pay, refunds_of, state

pytestmark = pytest.mark.usefixtures("invariants_hold")


@pytest.fixture
def taken(event):
    return factories.sign_up(event)


def test_payments_without_a_webhook_are_found(fake_mollie, event):
    people = [factories.sign_up(event) for _person in range(3)]
    for sign_up in people:
        fake_mollie.set_status(begin(sign_up).reference, "paid")

    assert reconciliation.reconcile() == 3
    assert reconciliation.reconcile() == 0
    assert {state(sign_up) for sign_up in people} == {"confirmed"}


def test_the_job_stops_while_the_provider_is_away(fake_mollie, taken):
    begin(taken)
    fake_mollie.fail("*", status=500, times=50)

    assert reconciliation.reconcile() == 0
    assert Payment.objects.get().checked_at is None


def test_a_payment_that_the_provider_does_not_know_does_not_stop_the_job(fake_mollie, event):
    strange, other = (begin(factories.sign_up(event)) for _person in range(2))
    Payment.objects.filter(pk=strange.pk).update(reference="tr_former_account")
    fake_mollie.set_status(other.reference, "paid")

    assert reconciliation.reconcile() == 2

    assert state(other.sign_up) == "confirmed"
    assert Payment.objects.get(pk=strange.pk).checked_at is not None


def test_a_payment_for_another_price_is_not_payable(fake_mollie, taken):
    payment = begin(taken)
    assert payments.payable(taken, by_buyer=False) == payment

    taken.price_cents = 99500
    assert payments.payable(taken, by_buyer=False) is None


def test_nothing_is_payable_for_a_date_that_was_called_off(fake_mollie, taken, office):
    begin(taken)
    go_no_go.call_off(taken.roster, by=office)

    assert payments.payable(SignUp.objects.get(pk=taken.pk), by_buyer=False) is None


def test_refunds_and_chargebacks_made_elsewhere_are_found(fake_mollie, taken, mails_about):
    payment = begin(taken)
    pay(fake_mollie, payment)
    fake_mollie.add_refund(payment.reference, "100.00")
    fake_mollie.add_chargeback(payment.reference, "200.00")
    a_day_later = timezone.now() + datetime.timedelta(days=1, minutes=1)

    reconciliation.reconcile(now=a_day_later)
    payments.sync(payment)

    payment.refresh_from_db()
    assert payment.charged_back_cents == 20000
    assert refunds_of(taken) == [("provider", "pending", 10000)]
    assert state(taken) == "confirmed"
    assert mails_about(taken).count("confirmed") == 1
    assert mails_about(taken)[-2:] == ["refunded", "office_change"]


def test_a_payment_without_a_checkout_url_expires(fake_mollie, taken):
    fake_mollie.fail("create", drop="before", times=9)
    with pytest.raises(payments.PaymentTroubleError):
        begin(taken)

    reconciliation.reconcile(now=timezone.now() + datetime.timedelta(hours=3))

    assert Payment.objects.get().state == "expired"
