"""Money that several people, the provider and the jobs settle at the same moment."""

from functools import partial

import pytest

from courses.domain import (
    cancellations,
    choices,
    go_no_go,
    invariants,
    payments,
    refunds,
    settling,
)
from courses.models import Payment, Refund, SignUp
from courses.reading import balance
from tests import factories
from tests.courses.domain.paying import PRICE, begin, pay, state
from tests.load.threads import at_once

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def event(own_database):
    factories.settings()
    return factories.event()


def paid(fake_mollie, event):
    sign_up = factories.sign_up(event)
    pay(fake_mollie, begin(sign_up))
    return SignUp.objects.get(pk=sign_up.pk)


def test_the_rest_is_recorded_or_credited_once(fake_mollie, event):
    office = factories.user()
    sign_up, neighbour = (paid(fake_mollie, event) for _person in range(2))
    payment = sign_up.payments.get()
    fake_mollie.add_chargeback(payment.reference)
    payments.sync(payment)

    done = at_once(
        [
            lambda verb=verb: verb(sign_up, by=office, cents=PRICE)
            for verb in (settling.record_rest, settling.credit_rest) * 2
        ]
    )

    refused = [result for result in done if isinstance(result, settling.StaleBalanceError)]
    assert len(refused) == 3
    assert balance.of(sign_up).closes
    assert balance.of(neighbour).held == PRICE
    assert list(invariants.violations()) == []


def test_cancelling_sending_and_the_dashboard_at_once_give_back_no_more_than_there_is(
    fake_mollie, event
):
    office = factories.user()
    for _round in range(5):
        sign_up = paid(fake_mollie, event)
        payment = sign_up.payments.get()

        at_once(
            [
                partial(cancellations.cancel, sign_up, by=office, back_cents=PRICE),
                partial(fake_mollie.add_refund, payment.reference, "500.00"),
                partial(payments.sync, payment),
                refunds.send_queued,
                refunds.send_queued,
            ]
        )
        refunds.send_queued()
        payments.sync(payment)
        refunds.send_queued()

        back = Refund.objects.filter(payment=payment, state__in=Refund.GOING_BACK)
        assert sum(back.values_list("amount_cents", flat=True)) == PRICE
        assert list(invariants.violations()) == []


def test_money_that_waits_is_used_or_goes_back_and_never_both(fake_mollie, event):
    office = factories.user()
    other = factories.event(event.course, parts=[factories.part(80)])
    waiting = [begin(factories.sign_up(event)) for _person in range(4)]
    go_no_go.call_off(event.roster, by=office)
    for payment in waiting:
        pay(fake_mollie, payment)

    for payment in waiting:
        sign_up = SignUp.objects.get(pk=payment.sign_up_id)
        refund = payment.refunds.get()
        at_once(
            [
                partial(choices.choose_date, sign_up, other.roster),
                partial(refunds.pay_back, refund, by=office),
            ]
        )
        refund.refresh_from_db()
        used = (state(sign_up), refund.state)
        assert used in {("confirmed", "replaced"), ("awaiting_payment", "queued")}
    assert list(invariants.violations()) == []


def test_a_payment_is_taken_back_once(event):
    office = factories.user()
    sign_up, neighbour = (
        payments.record(factories.sign_up(event), by=office) for _person in range(2)
    )

    at_once([lambda: settling.take_back(sign_up, by=office, reason="Verkeerd")] * 3)

    assert state(sign_up) == "awaiting_payment"
    assert sign_up.invoices.filter(kind="credit_note").count() == 1
    assert Payment.objects.filter(state="paid").get().sign_up_id == neighbour.pk
    assert list(invariants.violations()) == []
