"""Reconciliation: the job finds what no webhook told, and cancels what nobody owes."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from core import health, periodic
from courses.domain import cancellations, go_no_go, payments, reconciliation, strays
from courses.models import Payment, ProviderContact, SignUp, StrayPayment
from tests import factories
from tests.courses.domain.paying import begin, pay, refunds_of, state

pytestmark = pytest.mark.usefixtures("invariants_hold")


@pytest.fixture(autouse=True)
def in_a_job(settings):
    """No visitor waits, so that a slow answer keeps no other payment from being asked about."""
    settings.MOLLIE_JOB_TIMEOUT = 2  # seconds; a provider that is away is tried this long
    with periodic.as_job():
        yield


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


def stray_at(fake_mollie, status="paid"):
    made = fake_mollie.ledger.create(
        {
            "amount": {"currency": "EUR", "value": "1195.00"},
            "description": "RT21032027 77",
            "redirectUrl": "http://testserver/",
        }
    )
    fake_mollie.set_status(made["id"], status)
    return made["id"]


def strays_found():
    rows = StrayPayment.objects.order_by("pk")
    return list(rows.values_list("reference", "state", "amount_cents", "description"))


def test_a_payment_that_only_the_provider_knows_waits_for_staff(fake_mollie, taken, office):
    begin(taken)
    stray, other = stray_at(fake_mollie), stray_at(fake_mollie, "open")
    stray_at(fake_mollie, "expired")

    assert reconciliation.sweep(timezone.now() - datetime.timedelta(days=1)) == 2
    assert sorted(strays_found()) == sorted(
        [
            (stray, "paid", 119500, "RT21032027 77"),
            (other, "open", 119500, "RT21032027 77"),
        ]
    )
    fake_mollie.set_status(other, "expired")
    strays.solve(StrayPayment.objects.get(reference=stray), by=office)

    reconciliation.sweep(timezone.now() - datetime.timedelta(days=1))
    assert [row[:2] for row in strays_found()] == [(stray, "solved")]
    assert strays.waiting_for_staff() == []
    with pytest.raises(strays.SolvedError):
        strays.solve(StrayPayment.objects.get(), by=office)


def test_the_webhook_of_an_unknown_payment_is_not_forgotten(fake_mollie, client, settings):
    stray = stray_at(fake_mollie)
    hook = reverse("payment_webhook", args=[settings.MOLLIE_WEBHOOK_SECRET])

    answers = [client.post(hook, {"id": name}) for name in (stray, stray, "tr_forged")]

    assert {(answer.status_code, answer.content) for answer in answers} == {(200, b"")}
    assert [row[:2] for row in strays_found()] == [(stray, "paid")]


def test_a_payment_whose_answer_was_lost_finds_its_row_again(fake_mollie, event):
    lost, other = factories.sign_up(event), factories.sign_up(event)
    begin(other)
    fake_mollie.fail("create", drop="after", times=9)
    with pytest.raises(payments.PaymentTroubleError):
        begin(lost)
    [made] = set(fake_mollie.payments) - {other.payments.get().reference}
    fake_mollie.set_status(made, "paid")

    reconciliation.reconcile()

    assert lost.payments.get().reference == made
    assert (state(lost), state(other)) == ("confirmed", "awaiting_payment")
    assert strays_found() == []


def test_a_stray_that_turns_out_to_be_ours_is_gone(fake_mollie, event):
    ours, other = begin(factories.sign_up(event)), stray_at(fake_mollie)
    StrayPayment.objects.create(
        gateway="mollie",
        reference=ours.reference,
        amount_cents=1,
        state="open",
        made_at=timezone.now(),
    )

    reconciliation.sweep(timezone.now() - datetime.timedelta(days=1))

    assert [row[0] for row in strays_found()] == [other]


def test_a_payment_without_a_checkout_url_expires(fake_mollie, taken):
    fake_mollie.fail("create", drop="before", times=9)
    with pytest.raises(payments.PaymentTroubleError):
        begin(taken)

    reconciliation.reconcile(now=timezone.now() + datetime.timedelta(hours=3))

    assert Payment.objects.get().state == "expired"
