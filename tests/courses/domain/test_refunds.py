from itertools import permutations

import pytest

from courses.domain import cancellations, invariants, payments, refunds
from courses.models import Invoice, Payment, Refund
from courses.reading import balance
from tests import factories
from tests.courses.domain.paying import begin, pay

PRICE = 119500


pytestmark = pytest.mark.usefixtures("in_a_job")


@pytest.fixture
def paid(fake_mollie, event):
    sign_up = factories.sign_up(event)
    payment = payments.start(sign_up)
    fake_mollie.set_status(payment.reference, "paid")
    payments.sync(payment)
    sign_up.refresh_from_db()
    return sign_up


def states(sign_up):
    rows = Refund.objects.filter(payment__sign_up=sign_up).order_by("pk")
    return [(row.state, row.amount_cents) for row in rows]


def test_a_refund_goes_through_the_provider_and_the_person_gets_one_mail(
    fake_mollie, paid, office, mails_about
):
    cancellations.cancel(paid, by=office, back_cents=59750)
    assert states(paid) == [("queued", 59750)]

    assert refunds.send_queued() == 1
    assert refunds.send_queued() == 0

    [refund] = fake_mollie.ledger.refunds.values()
    assert refund["amount"] == {"currency": "EUR", "value": "597.50"}
    assert states(paid) == [("pending", 59750)]
    fake_mollie.set_refund_status(refund["id"], "refunded")
    payments.sync(Payment.objects.get())
    assert states(paid) == [("done", 59750)]
    assert mails_about(paid).count("refunded") == 1
    assert list(invariants.violations()) == []


def test_a_lost_response_refunds_once(fake_mollie, paid, office):
    cancellations.cancel(paid, by=office, back_cents=PRICE)
    fake_mollie.fail("refund", drop="after", times=9)
    assert refunds.send_queued() == 0
    fake_mollie.heal()

    payments.sync(Payment.objects.get())  # finds it by its key
    assert states(paid) == [("pending", PRICE)]
    refunds.send_queued()

    assert len(fake_mollie.ledger.refunds) == 1


def test_a_refusal_is_reported_to_the_office(fake_mollie, paid, office, mails_about):
    cancellations.cancel(paid, by=office, back_cents=PRICE)
    fake_mollie.fail("refund", status=422)

    refunds.send_queued()

    assert states(paid) == [("failed", PRICE)]
    assert "office_refund_due" in mails_about(paid)
    [refund] = Refund.objects.all()
    assert refunds.drop(refund, by=office).state == "dropped"


def test_a_provider_that_is_away_is_asked_again(fake_mollie, paid, office):
    cancellations.cancel(paid, by=office, back_cents=PRICE)
    fake_mollie.fail("refund", status=503, times=500)
    refunds.send_queued()
    assert states(paid) == [("queued", PRICE)]
    fake_mollie.heal()

    assert refunds.send_queued() == 1


def test_refunds_never_exceed_what_came_in(fake_mollie, paid, office):
    assert refunds.give_back(paid, 2 * PRICE, reason="office") == PRICE
    assert refunds.give_back(paid, 1, reason="office") == 0
    assert refunds.paid_cents(paid) == 0


def test_money_that_came_another_way_is_returned_by_the_office(event, office, mails_about):
    sign_up = payments.record(factories.sign_up(event), by=office)

    cancellations.cancel(sign_up, by=office, back_cents=PRICE)

    assert states(sign_up) == [("due", PRICE)]
    assert "office_refund_due" in mails_about(sign_up)
    refund = refunds.pay_back(Refund.objects.get(), by=office)
    assert (refund.state, refund.by) == ("done", office)
    assert mails_about(sign_up)[-1] == "refunded"
    with pytest.raises(refunds.WrongRefundStateError):
        refunds.pay_back(refund, by=office)


# --- Refunds made at the provider, and ours that fail there -------------------------------------


@pytest.fixture
def someone_paid(fake_mollie, event):
    def make():
        payment = begin(factories.sign_up(event))
        pay(fake_mollie, payment)
        payment.sign_up.refresh_from_db()
        return payment

    return make


def ours_at(fake_mollie, payment, *, is_ours=True):
    return [
        refund["id"]
        for refund in fake_mollie.ledger.refunds.values()
        if refund["paymentId"] == payment.reference and bool(refund["metadata"]) == is_ours
    ]


def going_back(sign_up):
    rows = Refund.objects.filter(payment__sign_up=sign_up, state__in=Refund.GOING_BACK)
    return sum(rows.values_list("amount_cents", flat=True))


@pytest.mark.parametrize("value", ["500.00", "1195.00"])
def test_in_whatever_order_things_happen_no_more_goes_back_than_is_there(
    fake_mollie, someone_paid, office, value
):
    someone_else = someone_paid()
    events = {
        "cancel": lambda payment: cancellations.cancel(
            payment.sign_up, by=office, back_cents=PRICE
        ),
        "dashboard": lambda payment: fake_mollie.add_refund(payment.reference, value),
        "webhook": lambda payment: payments.sync(payment),
        "send": lambda payment: refunds.send_queued(),
    }
    for order in permutations(events):
        payment = someone_paid()
        if (
            order.index("send") < order.index("dashboard")
            and "cancel" in order[: order.index("send")]
        ):
            continue  # all has gone back: the provider gives no more
        for name in order:
            events[name](payment)
            assert list(invariants.violations()) == [], (order, name)
        refunds.send_queued()
        assert going_back(payment.sign_up) == PRICE, order
        found = balance.of(payment.sign_up)
        assert (found.held, found.credited, found.closes) == (0, PRICE, True), order
    assert states(someone_else.sign_up) == []


def test_a_refund_at_the_provider_lowers_what_was_refused_and_the_rest_can_go(
    fake_mollie, someone_paid, office
):
    payment = someone_paid()
    cancellations.cancel(payment.sign_up, by=office, back_cents=PRICE)
    fake_mollie.fail("refund", status=422)
    refunds.send_queued()
    assert states(payment.sign_up) == [("failed", PRICE)]
    fake_mollie.add_refund(payment.reference, "500.00")
    payments.sync(payment)
    assert states(payment.sign_up) == [("failed", 69500), ("pending", 50000)]

    refunds.pay_back(Refund.objects.get(state="failed"), by=office)
    refunds.send_queued()

    assert states(payment.sign_up) == [("pending", 69500), ("pending", 50000)]
    assert Invoice.objects.get(kind="credit_note").amount_cents == PRICE


def test_a_refund_that_fails_after_all_is_decided_anew_and_sent_once_more(
    fake_mollie, someone_paid, office, mails_about
):
    payment, other = someone_paid(), someone_paid()
    for someone in (payment, other):
        cancellations.cancel(someone.sign_up, by=office, back_cents=PRICE)
    refunds.send_queued()
    [sent] = ours_at(fake_mollie, payment)
    fake_mollie.set_refund_status(sent, "refunded")
    payments.sync(payment)
    assert states(payment.sign_up) == [("done", PRICE)]
    fake_mollie.set_refund_status(sent, "failed")
    fake_mollie.payments[payment.reference]["amountRemaining"]["value"] = "1195.00"

    payments.sync(payment)
    payments.sync(payment)

    assert states(payment.sign_up) == [("failed", PRICE)]
    assert Refund.objects.get(state="failed").done_at is None
    assert mails_about(payment.sign_up).count("office_refund_due") == 1
    assert mails_about(payment.sign_up).count("refunded") == 1
    again = refunds.pay_back(Refund.objects.get(state="failed"), by=office)
    refunds.send_queued()
    payments.sync(payment)
    assert states(payment.sign_up) == [("replaced", PRICE), ("pending", PRICE)]
    assert Refund.objects.get(pk=again.pk).state == "pending"
    assert len(ours_at(fake_mollie, payment)) == 2
    assert mails_about(payment.sign_up).count("refunded") == 2
    assert states(other.sign_up) == [("pending", PRICE)]
    assert list(invariants.violations()) == []


def test_what_failed_at_the_provider_and_was_transferred_stays_done(
    fake_mollie, someone_paid, office
):
    payment = someone_paid()
    cancellations.cancel(payment.sign_up, by=office, back_cents=PRICE)
    refunds.send_queued()
    [sent] = ours_at(fake_mollie, payment)
    fake_mollie.set_refund_status(sent, "failed")
    payments.sync(payment)

    refunds.pay_back(Refund.objects.get(state="failed"), by=office, by_hand=True)
    payments.sync(payment)

    assert states(payment.sign_up) == [("replaced", PRICE), ("done", PRICE)]
    assert list(invariants.violations()) == []


def test_a_refund_in_the_dashboard_that_was_cancelled_there_is_nobodys_to_decide(
    fake_mollie, someone_paid
):
    payment = someone_paid()
    made = fake_mollie.add_refund(payment.reference, "500.00")
    fake_mollie.set_refund_status(made, "canceled")

    payments.sync(payment)

    assert states(payment.sign_up) == []


def test_one_odd_refund_keeps_no_other_from_being_sent(fake_mollie, someone_paid, office):
    odd, refused, away, good = (someone_paid() for _person in range(4))
    for payment in (odd, refused, away, good):
        cancellations.cancel(payment.sign_up, by=office, back_cents=PRICE)
    fake_mollie.fail(f"get {odd.reference}", body=b"[]", times=50)
    fake_mollie.fail(f"refund {refused.reference}", status=422)
    fake_mollie.fail(f"refund {away.reference}", status=429, times=50)

    assert refunds.send_queued() == 1

    found = [states(payment.sign_up)[0][0] for payment in (odd, refused, away, good)]
    assert found == ["queued", "failed", "queued", "pending"]


def test_part_of_a_refund_can_be_agreed_to_and_the_rest_is_kept(fake_mollie, someone_paid, office):
    payment = someone_paid()
    cancellations.cancel(payment.sign_up, by=office)
    refund = refunds.create(payment, PRICE, reason="office", is_due=True)

    refunds.pay_back(refund, by=office, cents=40000)

    assert states(payment.sign_up) == [("queued", 40000), ("dropped", 79500)]
    assert Invoice.objects.get(kind="credit_note").amount_cents == 40000
    assert balance.of(payment.sign_up).closes
