import pytest

from courses.domain import cancellations, invariants, payments, refunds
from courses.models import Payment, Refund
from tests import factories

PRICE = 119500


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
    fake_mollie.add_refund(Payment.objects.get().reference, "1000.00")
    cancellations.cancel(paid, by=office, back_cents=PRICE)

    refunds.send_queued()

    assert states(paid) == [("failed", PRICE)]
    assert "office_refund_due" in mails_about(paid)
    [refund] = Refund.objects.all()
    assert refunds.drop(refund, by=office).state == "dropped"


def test_a_provider_that_is_away_is_asked_again(fake_mollie, paid, office):
    cancellations.cancel(paid, by=office, back_cents=PRICE)
    fake_mollie.fail("refund", status=503, times=9)
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
