"""Payments that only the provider knows, and rows that it does not know."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.domain import payments, reconciliation, strays
from courses.models import Payment, StrayPayment
from tests import factories
from tests.courses.domain.paying import begin, state, stray_at

pytestmark = pytest.mark.usefixtures("invariants_hold", "in_a_job")


@pytest.fixture
def taken(event):
    return factories.sign_up(event)


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
