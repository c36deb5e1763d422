"""Mollie's own client against a fake of Mollie over HTTP."""

import json
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from courses.gateways import GatewayError, RefusedError
from tests.courses.gateways.charging import CHARGE, refund

pytestmark = pytest.mark.anywhere


def test_a_new_payment_is_open_and_has_a_checkout_url(bank, fake_mollie):
    made = bank.create(CHARGE)

    assert (made.state, made.amount_cents, made.currency) == ("open", 119500, "EUR")
    assert made.checkout_url == f"{fake_mollie.url}/checkout/{made.reference}"
    assert timedelta(minutes=14) < made.expires_at - datetime.now(UTC) < timedelta(minutes=16)
    assert (made.paid_at, made.refunds, made.charged_back_cents) == (None, (), 0)
    assert bank.fetch(made.reference) == made


@pytest.mark.parametrize(("language", "locale"), [("nl", "nl_NL"), ("en", "en_GB")])
def test_requests_are_in_the_spelling_of_mollie_whatever_the_language(
    bank, fake_mollie, language, locale
):
    with translation.override(language):
        bank.create(replace(CHARGE, language=language, description="é" * 300))

    assert json.loads(fake_mollie.bodies[0][1]) == {
        "amount": {"currency": "EUR", "value": "1195.00"},
        "description": "é" * 255,
        "redirectUrl": CHARGE.return_url,
        "webhookUrl": CHARGE.webhook_url,
        "locale": locale,
        "method": "ideal",
        "metadata": {"key": str(CHARGE.key)},
    }


@pytest.mark.parametrize(
    ("cents", "value"), [(1, "0.01"), (1250, "12.50"), (100_000_000, "1000000.00")]
)
def test_amounts_are_exact_to_the_cent_both_ways(bank, fake_mollie, cents, value):
    made = bank.create(replace(CHARGE, amount_cents=cents))
    assert fake_mollie.payments[made.reference]["amount"]["value"] == value
    assert bank.fetch(made.reference).amount_cents == cents


def test_a_webhook_url_that_mollie_cannot_reach_is_left_out(fake_mollie, settings):
    from courses.gateways import mollie

    assert mollie._is_reachable("http://localhost:8000/webhooks/") is True
    settings.MOLLIE_API_URL = ""
    assert mollie._is_reachable("http://localhost:8000/webhooks/") is False
    assert mollie._is_reachable("https://www.example.nl/webhooks/") is True
    assert mollie._is_reachable("") is False


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("open", "open"),
        ("pending", "open"),
        ("paid", "paid"),
        ("failed", "failed"),
        ("canceled", "cancelled"),
        ("expired", "expired"),
    ],
)
def test_every_status_becomes_one_of_our_states(bank, fake_mollie, theirs, ours):
    made = bank.create(CHARGE)
    fake_mollie.set_status(made.reference, theirs)
    found = bank.fetch(made.reference)
    assert (found.state, found.paid_at is not None) == (ours, ours == "paid")


@pytest.mark.parametrize("value", ["1195", "12.345", "NaN", "1,00", ""])
def test_an_amount_that_is_not_exact_in_cents_is_an_error(bank, fake_mollie, value):
    made = bank.create(CHARGE)
    fake_mollie.set_amount(made.reference, value)
    if value == "1195":
        assert bank.fetch(made.reference).amount_cents == 119500
    else:
        with pytest.raises(GatewayError):
            bank.fetch(made.reference)


def test_an_unknown_status_is_an_error(bank, fake_mollie):
    made = bank.create(CHARGE)
    fake_mollie.set_status(made.reference, "half-paid")
    with pytest.raises(GatewayError):
        bank.fetch(made.reference)


# --- Cancel --------------------------------------------------------------------------------


def test_an_open_payment_is_cancelled_once(bank, fake_mollie):
    made = bank.create(CHARGE)
    assert bank.cancel(made.reference).state == "cancelled"
    assert bank.cancel(made.reference).state == "cancelled"
    assert fake_mollie.counts["cancel"] == 1


def test_a_payment_that_cannot_be_cancelled_stays_as_it_is(bank, fake_mollie, paid):
    assert bank.cancel(paid).state == "paid"
    fake_mollie.ledger.is_cancelable = False
    late = bank.create(replace(CHARGE, key=uuid.uuid4()))
    assert bank.cancel(late.reference).state == "open"
    assert fake_mollie.counts["cancel"] == 0


def test_a_payment_that_comes_in_while_it_is_cancelled_is_paid(bank, fake_mollie):
    made = bank.create(CHARGE)
    fake_mollie.set_status(made.reference, "paid")
    fake_mollie.payments[made.reference]["isCancelable"] = True
    fake_mollie.fail("cancel", status=422)
    assert bank.cancel(made.reference).state == "paid"


# --- Refunds and chargebacks ---------------------------------------------------------------


def test_a_partial_refund_is_listed_with_its_payment(bank, fake_mollie, paid):
    made = refund(bank, paid)
    assert (made.amount_cents, made.state, made.key) == (2550, "pending", str(uuid.UUID(int=1)))

    fake_mollie.set_refund_status(made.reference, "refunded")
    rest = refund(bank, paid, cents=116950, key=2)
    found = bank.fetch(paid)
    assert found.state == "paid"
    assert found.refunds == (rest, replace(made, state="done"))


def test_the_same_key_never_refunds_twice(bank, fake_mollie, paid):
    made = refund(bank, paid)
    fake_mollie.ledger.answers.clear()  # Mollie forgets keys after an hour
    assert refund(bank, paid) == made
    assert len(fake_mollie.ledger.refunds) == 1


def test_a_refund_whose_response_is_lost_is_made_once(bank, fake_mollie, paid):
    fake_mollie.fail("refund", drop="after")
    with pytest.raises(GatewayError):
        refund(bank, paid)
    assert bank.fetch(paid).refunds == (refund(bank, paid),)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("queued", "pending"),
        ("processing", "pending"),
        ("failed", "failed"),
        ("canceled", "failed"),
    ],
)
def test_every_status_of_a_refund_becomes_one_of_our_states(bank, fake_mollie, paid, theirs, ours):
    made = refund(bank, paid)
    fake_mollie.set_refund_status(made.reference, theirs)
    assert [item.state for item in bank.fetch(paid).refunds] == [ours]


def test_a_refund_of_more_than_was_paid_is_refused(bank, paid):
    with pytest.raises(RefusedError, match=r"status 422 \(amount.value\)"):
        refund(bank, paid, cents=119501)


def test_a_refund_made_in_the_dashboard_of_mollie_is_listed_too(bank, fake_mollie, paid):
    fake_mollie.add_refund(paid, "10.00")
    assert [(item.key, item.amount_cents) for item in bank.fetch(paid).refunds] == [("", 1000)]


def test_chargebacks_add_up_and_reversed_ones_do_not_count(bank, fake_mollie, paid):
    fake_mollie.add_chargeback(paid, "10.01")
    fake_mollie.add_chargeback(paid, "5.00", is_reversed=True)
    assert bank.fetch(paid).charged_back_cents == 1001
    fake_mollie.add_chargeback(paid, "20.00")
    assert (bank.fetch(paid).charged_back_cents, bank.fetch(paid).state) == (3001, "paid")


# --- Failures of Mollie ----------------------------------------------------------------------


def test_the_lists_of_the_account_hold_what_was_made_since_then(bank, fake_mollie, paid):
    other = bank.create(replace(CHARGE, key=uuid.uuid4()))
    refund(bank, paid)
    standing = fake_mollie.add_chargeback(paid, "10.00")
    fake_mollie.add_chargeback(paid, "20.00", is_reversed=True)
    since = datetime.now(UTC) - timedelta(minutes=1)

    listed = {found.reference: found for found in bank.list_payments(since)}
    assert {name: found.state for name, found in listed.items()} == {
        paid: "paid",
        other.reference: "open",
    }
    assert (listed[paid].key, listed[paid].description) == (str(CHARGE.key), "RT21032027")
    assert [(name, found.amount_cents) for name, found in bank.list_refunds(since)] == [
        (paid, 2550)
    ]
    assert sorted(bank.list_chargebacks(since)) == [(paid, 0), (paid, 1000)]
    fake_mollie.payments[other.reference]["createdAt"] = "2020-01-01T00:00:00+00:00"
    fake_mollie.ledger.chargebacks[standing]["createdAt"] = "nonsense"
    assert [found.reference for found in bank.list_payments(since)] == []
    assert len(list(bank.list_chargebacks(since))) == 2
