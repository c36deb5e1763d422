"""Payments against a fake of the provider's API over HTTP."""

import datetime
import json
import threading
from itertools import permutations

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.domain import (
    cancellations,
    forgetting,
    go_no_go,
    holds,
    invariants,
    moves,
    payments,
    reconciliation,
    rosters,
)
from courses.domain.transitions import WrongStateError
from courses.models import Invoice, Payment, Refund, Roster, SignUp
from courses.reading import events
from mail.models import OutgoingMail
from tests import factories
from tests.load.threads import at_once

PRICE = 119500


@pytest.fixture
def taken(event):
    return factories.sign_up(event)


@pytest.fixture(autouse=True)
def invariants_hold(request):
    has_database = "db" in request.fixturenames
    if has_database:
        request.getfixturevalue("db")
    yield
    if has_database:
        assert list(invariants.violations()) == []


def begin(sign_up):
    return payments.start(sign_up)


def pay(fake_mollie, payment, status="paid"):
    fake_mollie.set_status(payment.reference, status)
    return payments.sync(payment)


def state(sign_up):
    return SignUp.objects.get(pk=sign_up.pk).state


def refunds_of(sign_up):
    rows = Refund.objects.filter(payment__sign_up=sign_up).order_by("pk")
    return [(row.reason, row.state, row.amount_cents) for row in rows]


def office_mails():
    return list(OutgoingMail.objects.filter(kind="office_refund_due").values_list("to", flat=True))


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


# --- Money that comes when the sign-up no longer waits for it -----------------------------------


def lapse(sign_up):
    holds.expire(now=sign_up.hold_until)


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


def cancelled_by_person(sign_up, office):
    cancellations.cancel_by_person(sign_up, expected_cents=0)


def cancelled_by_office(sign_up, office):
    cancellations.cancel(sign_up, by=office)


@pytest.mark.parametrize(
    ("what_happens", "reason", "left"),
    [
        (sold_out, "no_seat", "expired"),
        (closed, "no_seat", "expired"),
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


# --- Reconciliation ----------------------------------------------------------------------------


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
    assert dict(fake_mollie.counts) == before
    assert state(taken) == "awaiting_payment"


def test_the_wrong_secret_or_method_is_refused(fake_mollie, taken, client, settings):
    path = reverse("payment_webhook", args=[settings.MOLLIE_WEBHOOK_SECRET])

    assert client.post(reverse("payment_webhook", args=["guess"]), {}).status_code == 404
    assert client.get(path).status_code == 405


def test_a_webhook_is_answered_while_the_provider_is_away(fake_mollie, taken, client, settings):
    payment = begin(taken)
    fake_mollie.stop()

    assert call(client, settings, id=payment.reference).status_code == 200


def test_25_messages_at_once_confirm_the_place_once(own_database, fake_mollie, settings):
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
