"""Reconciling by the provider's lists: what no message told is found within the hour."""

import datetime

import pytest
from django.utils import timezone

from courses.domain import payments, reconciliation
from courses.models import StrayPayment
from tests import factories
from tests.courses.domain.paying import begin, pay, refunds_of, stray_at

pytestmark = pytest.mark.usefixtures("invariants_hold", "in_a_job")


@pytest.fixture
def taken(event):
    return factories.sign_up(event)


def in_an_hour():
    return timezone.now() + datetime.timedelta(minutes=59)


def paid_in(event, fake_mollie):
    payment = begin(factories.sign_up(event))
    pay(fake_mollie, payment)
    return payment


def test_refunds_and_chargebacks_without_a_webhook_are_found_within_the_hour(fake_mollie, event):
    refunded, charged_back, neither = (paid_in(event, fake_mollie) for _person in range(3))
    reconciliation.reconcile()
    fake_mollie.add_refund(refunded.reference, "100.00")
    fake_mollie.add_chargeback(charged_back.reference, "200.00")
    fake_mollie.counts.clear()

    assert reconciliation.reconcile(in_an_hour()) == 0

    assert refunds_of(refunded.sign_up) == [("provider", "pending", 10000)]
    charged_back.refresh_from_db()
    assert charged_back.charged_back_cents == 20000
    assert refunds_of(neither.sign_up) == []
    assert fake_mollie.counts["get"] == 2  # however many payments there are
    assert fake_mollie.counts["all"] == 3


def test_a_refund_that_fails_and_a_chargeback_that_is_reversed_are_found(fake_mollie, event):
    failed, reversed_, other = (paid_in(event, fake_mollie) for _person in range(3))
    refund = fake_mollie.add_refund(failed.reference, "100.00")
    chargeback = fake_mollie.add_chargeback(reversed_.reference)
    again = fake_mollie.add_refund(other.reference, "50.00")
    fake_mollie.set_refund_status(refund, "refunded")
    reconciliation.reconcile()
    assert refunds_of(failed.sign_up) == [("provider", "done", 10000)]
    fake_mollie.set_refund_status(refund, "failed")
    fake_mollie.set_refund_status(again, "refunded")
    fake_mollie.reverse_chargeback(chargeback)

    reconciliation.reconcile(in_an_hour())

    assert refunds_of(failed.sign_up) == [("provider", "failed", 10000)]
    assert refunds_of(other.sign_up) == [("provider", "done", 5000)]
    reversed_.refresh_from_db()
    assert reversed_.charged_back_cents == 0
    assert reconciliation.sweep(timezone.now()) == 0


def test_an_open_payment_is_not_cancelled_by_a_sweep(fake_mollie, taken):
    payment = begin(taken)

    reconciliation.sweep(timezone.now() - datetime.timedelta(days=1))

    assert fake_mollie.payments[payment.reference]["status"] == "open"
    assert fake_mollie.counts == {"create": 1, "all": 3}


def test_a_sweep_reads_every_page(fake_mollie, event, monkeypatch):
    monkeypatch.setattr("courses.gateways.mollie.MOST_OF_A_LIST", 2)
    payments_ = [paid_in(event, fake_mollie) for _person in range(5)]
    for payment in payments_:
        fake_mollie.add_refund(payment.reference, "1.00")

    assert reconciliation.sweep(timezone.now() - datetime.timedelta(days=1)) == 5
    assert fake_mollie.counts["all"] == 3 + 3 + 1


@pytest.mark.parametrize("which", ["payments", "refunds", "chargebacks"])
def test_a_list_that_cannot_be_read_keeps_no_other_from_being_read(fake_mollie, event, which):
    one, two = (paid_in(event, fake_mollie) for _person in range(2))
    fake_mollie.add_refund(one.reference, "1.00")
    fake_mollie.add_chargeback(two.reference, "2.00")
    stray = stray_at(fake_mollie)
    fake_mollie.fail(f"all {which}", status=500, times=50)

    with pytest.raises(payments.PaymentTroubleError):
        reconciliation.sweep(timezone.now() - datetime.timedelta(days=1))

    two.refresh_from_db()
    found = {
        "payments": StrayPayment.objects.filter(reference=stray).exists(),
        "refunds": bool(refunds_of(one.sign_up)),
        "chargebacks": bool(two.charged_back_cents),
    }
    assert [name for name, is_found in found.items() if not is_found] == [which]


def test_one_odd_line_of_a_list_keeps_no_other_from_being_read(fake_mollie, event):
    odd, good = (paid_in(event, fake_mollie) for _person in range(2))
    fake_mollie.set_refund_status(fake_mollie.add_refund(good.reference, "1.00"), "refunded")
    fake_mollie.set_refund_status(fake_mollie.add_refund(odd.reference, "1.00"), "quantum")

    assert reconciliation.sweep(timezone.now() - datetime.timedelta(days=1)) == 1
    assert refunds_of(good.sign_up) == [("provider", "done", 100)]


# --- Payments that we do not know --------------------------------------------------------------
