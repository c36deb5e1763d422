"""Reconciliation: the job finds what no webhook told, and cancels what nobody owes."""

import datetime

import pytest
from django.utils import timezone

from core import health, periodic
from courses.domain import cancellations, go_no_go, payments, reconciliation
from courses.models import Payment, ProviderContact, SignUp
from tests import factories
from tests.courses.domain.paying import begin, pay, refunds_of, state

pytestmark = pytest.mark.usefixtures("invariants_hold", "in_a_job")


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


def test_the_job_stops_while_the_provider_is_away_and_goes_on_where_it_stopped(fake_mollie, event):
    begun = [begin(factories.sign_up(event)).pk for _person in range(7)]
    fake_mollie.fail("*", status=500, times=500)

    assert reconciliation.reconcile() == 0
    tried = Payment.objects.exclude(checked_at=None).order_by("pk").values_list("pk", flat=True)
    assert list(tried) == begun[:5]

    assert reconciliation.reconcile() == 0
    assert Payment.objects.filter(checked_at=None).count() == 0
    fake_mollie.heal()
    assert reconciliation.reconcile() == 7


ODD = [
    {"status": 403},
    {"status": 404},
    {"status": 410},
    {"status": 429, "retry_after": 60},
    {"status": 500},
    {"status": 503},
    {"drop": "before"},
    {"body": b"<html>"},
    {"body": b"{}"},
    {"body": b'{"status": "quantum"}'},
]


@pytest.mark.parametrize("fault", ODD, ids=str)
def test_one_odd_answer_keeps_no_other_payment_from_being_asked(fake_mollie, event, fault):
    odd, *others = (begin(factories.sign_up(event)) for _person in range(3))
    for payment in (odd, *others):
        fake_mollie.set_status(payment.reference, "paid")
    for _run in range(2):
        fake_mollie.fail(f"get {odd.reference}", **fault, times=50)
        reconciliation.reconcile()

    assert [state(payment.sign_up) for payment in others] == ["confirmed"] * 2
    assert state(odd.sign_up) == "awaiting_payment"
    assert reconciliation.stuck_since(timezone.now() + datetime.timedelta(hours=1)) is None


def test_a_status_that_we_do_not_know_keeps_no_other_payment_from_being_asked(fake_mollie, event):
    odd, other = (begin(factories.sign_up(event)) for _person in range(2))
    fake_mollie.payments[odd.reference]["status"] = "quantum"
    fake_mollie.set_status(other.reference, "paid")

    reconciliation.reconcile()

    assert state(other.sign_up) == "confirmed"
    soon = timezone.now() + datetime.timedelta(hours=1, minutes=1)
    assert [payment.pk for payment in reconciliation.unanswered(soon)] == [odd.pk]
    fake_mollie.set_status(odd.reference, "paid")
    reconciliation.reconcile()
    assert list(reconciliation.unanswered(soon)) == []


def test_many_odd_answers_do_not_keep_the_rest_from_being_asked_in_the_end(fake_mollie, event):
    odd = [begin(factories.sign_up(event)) for _person in range(8)]
    good = [begin(factories.sign_up(event)) for _person in range(2)]
    for payment in odd:
        fake_mollie.payments[payment.reference]["status"] = "quantum"
    for payment in good:
        fake_mollie.set_status(payment.reference, "paid")

    for _run in range(2):
        reconciliation.reconcile()

    assert [state(payment.sign_up) for payment in good] == ["confirmed"] * 2


def test_what_cannot_be_cancelled_is_still_asked_about(fake_mollie, taken, office):
    payment = begin(taken)
    cancellations.cancel(taken, by=office)
    fake_mollie.set_status(payment.reference, "paid")
    fake_mollie.payments[payment.reference]["isCancelable"] = True
    fake_mollie.fail("cancel", status=500, times=50)

    reconciliation.reconcile()

    assert refunds_of(taken) == [("ended", "due", 119500)]


def test_it_is_known_since_when_the_provider_cannot_be_asked(fake_mollie, taken):
    begin(taken)
    now = timezone.now()
    later = now + datetime.timedelta(minutes=31)
    fake_mollie.fail("*", status=503, times=500)

    reconciliation.reconcile(now)
    assert reconciliation.stuck_since(now) is None
    reconciliation.reconcile(now + datetime.timedelta(minutes=2))
    assert reconciliation.stuck_since(later) == now
    periodic.record_heartbeat()
    assert health.states()["payments"] == "ok"
    ProviderContact.objects.update(trouble_since=now - datetime.timedelta(minutes=31))
    assert health.states()["payments"] == "fault"

    fake_mollie.heal()
    reconciliation.reconcile(later)
    assert reconciliation.stuck_since(later) is None


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
    assert mails_about(taken)[-2:] == ["refunded", "office_charged_back"]


# --- By the provider's lists -------------------------------------------------------------------
