"""Payments against a fake of the provider's API over HTTP."""

import datetime
import json
import threading
from itertools import permutations

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from courses.domain import (
    cancellations,
    holds,
    invariants,
    payments,
)
from courses.domain.transitions import WrongStateError
from courses.gateways import breaker
from courses.models import Invoice, Payment, StrayPayment
from mail.models import OutgoingMail
from tests import factories
from tests.courses.domain.paying import PRICE, begin, lapse, pay, state
from tests.load.threads import at_once

pytestmark = pytest.mark.usefixtures("invariants_hold")


@pytest.fixture
def taken(event):
    return factories.sign_up(event)


def test_a_payment_confirms_the_place_once(fake_mollie, taken, mails_about, history):
    payment = begin(taken)

    paid = pay(fake_mollie, payment)
    again = payments.sync(payment)

    assert (paid.state, again.state, paid.paid_cents) == ("paid", "paid", PRICE)
    assert state(taken) == "confirmed"
    assert mails_about(taken) == ["received", "office_sign_up", "confirmed"]
    assert history(taken) == [("awaiting_payment", None), ("confirmed", None)]
    assert [invoice.amount_cents for invoice in taken.invoices.all()] == [PRICE]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_provider_is_asked_for_the_agreed_price_without_personal_data(
    fake_mollie, event, language
):
    taken = factories.sign_up(event, language=language)
    event.facts.price_cents = 99900
    factories.publish(event.facts)

    begin(taken)

    [(_route, body)] = fake_mollie.bodies
    assert json.loads(body)["amount"] == {"currency": "EUR", "value": "1195.00"}
    assert taken.first_name not in body
    assert taken.email not in body


def test_starting_again_returns_the_open_payment(fake_mollie, taken):
    first, second = begin(taken), begin(taken)

    assert (first.pk, first.checkout_url) == (second.pk, second.checkout_url)
    assert len(fake_mollie.payments) == 1


def test_a_lost_response_makes_no_second_payment(fake_mollie, taken):
    fake_mollie.fail("create", drop="after", times=9)
    for _press in range(3):
        with pytest.raises(payments.PaymentTroubleError):
            begin(taken)
    fake_mollie.heal()

    payment = begin(taken)

    assert list(fake_mollie.payments) == [payment.reference]
    assert taken.payments.count() == 1


def test_nothing_is_lost_while_the_provider_is_away(fake_mollie, taken):
    fake_mollie.stop()
    with pytest.raises(payments.PaymentTroubleError):
        begin(taken)
    assert state(taken) == "awaiting_payment"
    fake_mollie.start()
    breaker.BREAKER.reset()  # on a busy machine even a refusal takes long, and it rests

    assert pay(fake_mollie, begin(taken)).state == "paid"
    assert state(taken) == "confirmed"


@pytest.mark.parametrize("order", list(permutations(["paid", "expired", "canceled", "failed"])))
def test_no_later_message_undoes_a_payment(fake_mollie, taken, order, mails_about):
    payment = begin(taken)
    for status in order:
        pay(fake_mollie, payment, status)

    assert Payment.objects.get().state == "paid"
    assert state(taken) == "confirmed"
    assert mails_about(taken).count("confirmed") == 1


@pytest.mark.parametrize(
    ("mollie", "ours"),
    [("failed", "failed"), ("canceled", "cancelled"), ("expired", "expired"), ("open", "open")],
)
def test_a_payment_that_failed_confirms_nothing_and_can_be_tried_again(
    fake_mollie, taken, mollie, ours
):
    payment = begin(taken)

    assert pay(fake_mollie, payment, mollie).state == ours
    assert state(taken) == "awaiting_payment"
    again = begin(taken)
    assert (again.pk == payment.pk) == (ours == "open")


# --- Webhooks ----------------------------------------------------------------------------------


def call(client, settings, **data):
    path = reverse("payment_webhook", args=[settings.MOLLIE_WEBHOOK_SECRET])
    return client.post(path, data)


def test_a_webhook_confirms_the_place(fake_mollie, taken, client, settings):
    payment = begin(taken)
    fake_mollie.set_status(payment.reference, "paid")

    answer = call(client, settings, id=payment.reference)

    assert (answer.status_code, answer.content) == (200, b"")
    assert state(taken) == "confirmed"


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"id": ""},
        {"id": "tr_unknown"},
        {"id": ["tr_a", "tr_b"]},
        {"id": "tr_" + "x" * 10_000},
        {"id": "tr_a\x00b"},
        {"id": "../payments"},
        {"other": "tr_a"},
    ],
)
def test_a_forged_webhook_learns_nothing_and_changes_nothing(
    fake_mollie, taken, client, settings, data
):
    begin(taken)
    before = dict(fake_mollie.counts)

    answer = call(client, settings, **data)

    assert (answer.status_code, answer.content) == (200, b"")
    asked = {"get": 1} if data == {"id": "tr_unknown"} else {}  # it may be ours after a restore
    assert dict(fake_mollie.counts) == before | asked
    assert state(taken) == "awaiting_payment"
    assert StrayPayment.objects.count() == 0


def test_the_wrong_secret_or_method_is_refused(fake_mollie, taken, client, settings):
    path = reverse("payment_webhook", args=[settings.MOLLIE_WEBHOOK_SECRET])

    assert client.post(reverse("payment_webhook", args=["guess"]), {}).status_code == 404
    assert client.get(path).status_code == 405


def test_a_webhook_is_answered_while_the_provider_is_away(fake_mollie, taken, client, settings):
    payment = begin(taken)
    fake_mollie.stop()

    assert call(client, settings, id=payment.reference).status_code == 200


def test_25_messages_at_once_confirm_the_place_once(
    own_database, fake_mollie, settings, monkeypatch
):
    monkeypatch.setattr(breaker, "PATIENCE", 30)  # all of them get through
    factories.settings()
    taken = factories.sign_up(factories.event())
    payment = begin(taken)
    fake_mollie.set_status(payment.reference, "paid")

    def webhook():
        return call(Client(), settings, id=payment.reference).status_code

    def come_back():
        payments.sync_open(taken)
        return 200

    assert at_once([webhook] * 20 + [come_back] * 5) == [200] * 25
    assert state(taken) == "confirmed"
    assert OutgoingMail.objects.filter(kind="confirmed").count() == 1
    assert Invoice.objects.count() == 1
    assert list(invariants.violations()) == []


def test_starting_in_many_windows_makes_one_payment(own_database, fake_mollie):
    factories.settings()
    taken = factories.sign_up(factories.event())

    begun = at_once([lambda: begin(taken).reference] * 6)

    assert len(set(begun)) == 1
    assert list(fake_mollie.payments) == [begun[0]]


@pytest.mark.postgres
def test_while_the_provider_hangs_no_transaction_is_open(own_database, fake_mollie, settings):
    factories.settings()
    event = factories.event()
    people = [factories.sign_up(event) for _person in range(6)]
    fake_mollie.fail("create", hang=True, times=99)
    over, ages = threading.Event(), []

    def begin_and_fail(sign_up):
        with pytest.raises(payments.PaymentTroubleError):
            begin(sign_up)

    def watch():
        while not over.wait(0.1):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT max(extract(epoch FROM clock_timestamp() - xact_start))"
                    " FROM pg_stat_activity WHERE datname = current_database()"
                )
                ages.append(cursor.fetchone()[0] or 0)

    def pay_all():
        at_once([lambda person=person: begin_and_fail(person) for person in people])
        over.set()

    assert at_once([watch, pay_all]) == [None, None]
    assert len(ages) > settings.MOLLIE_TIMEOUT * 5
    assert max(ages) < settings.MOLLIE_TIMEOUT
    assert {state(sign_up) for sign_up in people} == {"awaiting_payment"}
    assert list(invariants.violations()) == []


# --- The office --------------------------------------------------------------------------------


def test_the_office_records_money_that_came_another_way(taken, office, mails_about):
    paid = payments.record(taken, by=office)

    [payment] = taken.payments.all()
    assert (payment.gateway, payment.state, payment.paid_cents) == ("office", "paid", PRICE)
    assert (paid.state, taken.invoices.count()) == ("confirmed", 1)
    with pytest.raises(WrongStateError):
        payments.record(taken, by=office)


@pytest.mark.parametrize("ended", ["confirmed", "expired", "cancelled"])
def test_no_payment_starts_when_nothing_is_owed(fake_mollie, taken, office, ended):
    {
        "confirmed": lambda: payments.record(taken, by=office),
        "expired": lambda: lapse(taken),
        "cancelled": lambda: cancellations.cancel(taken, by=office),
    }[ended]()

    with pytest.raises(WrongStateError):
        begin(taken)
    assert fake_mollie.payments == {}


def test_a_hold_is_elapsed_time_across_a_change_of_the_clock(event, time_machine):
    time_machine.move_to("2026-10-24T10:00:00+02:00", tick=False)
    taken = factories.sign_up(factories.again(event))

    assert taken.hold_until - taken.created_at == datetime.timedelta(days=7)
    assert holds.expire(now=taken.hold_until - datetime.timedelta(seconds=1)) == 0
    assert holds.expire(now=taken.hold_until) == 1
