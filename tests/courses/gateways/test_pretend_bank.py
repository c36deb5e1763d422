import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from courses import gateways
from courses.gateways import RefusedError, UnknownPaymentError, pretend_bank

pytestmark = pytest.mark.anywhere

CHARGE = gateways.Charge(
    key=uuid.UUID(int=7),
    amount_cents=119500,
    description="RT21032027 <b>&",
    return_url="http://testserver/inschrijving/made-up/",
    webhook_url="",
    language="nl",
)


@pytest.fixture
def made():
    return gateways.current().create(CHARGE)


def path_of(status):
    return status.checkout_url.removeprefix("http://testserver")


def refund(reference, *, cents, key):
    return pretend_bank.refund(
        reference, amount_cents=cents, description="RT21032027", key=uuid.UUID(int=key)
    )


def test_the_same_key_is_the_same_payment(made):
    assert (made.state, made.amount_cents, made.currency) == ("open", 119500, "EUR")
    assert pretend_bank.create(replace(CHARGE, amount_cents=1)) == made
    assert pretend_bank.fetch(made.reference) == made
    assert pretend_bank.create(replace(CHARGE, key=uuid.uuid4())).reference != made.reference


@pytest.mark.parametrize("reference", ["", "pretend_", "pretend_" + "0" * 32, "../../etc/passwd"])
def test_an_unknown_payment_is_an_error(reference):
    with pytest.raises(UnknownPaymentError):
        pretend_bank.fetch(reference)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("choice", "state"),
    [
        ("pay", "paid"),
        ("fail", "failed"),
        ("cancel", "cancelled"),
        ("expire", "expired"),
        ("wait", "open"),
        ("rob", "open"),
    ],
)
def test_a_person_chooses_and_returns_to_the_site(client, site_tree, made, choice, state):
    answer = client.post(path_of(made), {"choice": choice})
    assert (answer.status_code, answer["Location"]) == (302, CHARGE.return_url)
    found = pretend_bank.fetch(made.reference)
    assert (found.state, bool(found.paid_at)) == (state, state == "paid")
    assert found.checkout_url == (made.checkout_url if state == "open" else "")

    client.post(path_of(made), {"choice": "cancel"})
    assert pretend_bank.fetch(made.reference).state == ("cancelled" if state == "open" else state)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "prefix", "heading", "amount"),
    [
        ("nl", "/pretend-bank/", "Dit is geen echte bank", "€\N{NO-BREAK SPACE}1.195,-"),
        ("en", "/en/pretend-bank/", "This is not a real bank", "€1,195"),
    ],
)
def test_the_page_explains_itself_in_the_language_of_the_person(
    client, site_tree, language, prefix, heading, amount
):
    made = pretend_bank.create(replace(CHARGE, language=language))
    assert path_of(made) == f"{prefix}{made.reference}/"
    for _ in range(3):
        page = client.get(path_of(made))
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    text = page.content.decode()
    assert heading in text
    assert amount in text
    assert "RT21032027 &lt;b&gt;&amp;" in text
    assert pretend_bank.fetch(made.reference) == made


@pytest.mark.django_db
def test_the_page_does_not_exist_in_production(client, site_tree, made, settings):
    assert client.get("/pretend-bank/pretend_1/").status_code == 404
    settings.TESTING = False
    assert client.get(path_of(made)).status_code == 404
    assert client.post(path_of(made), {"choice": "pay"}).status_code == 404
    with pytest.raises(ImproperlyConfigured):
        gateways.current()
    with pytest.raises(ImproperlyConfigured):
        gateways.named("barter")


@pytest.mark.django_db
def test_the_form_is_protected_against_csrf(site_tree, made):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    assert strict.post(path_of(made), {"choice": "pay"}).status_code == 403
    assert pretend_bank.fetch(made.reference).state == "open"


def test_an_open_payment_expires_with_time(made, monkeypatch):
    later = timezone.now() + timedelta(minutes=16)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert pretend_bank.fetch(made.reference).state == "expired"
    assert pretend_bank.decide(made.reference, "paid").state == "expired"


def test_an_open_payment_can_be_cancelled_and_a_paid_one_cannot(made):
    assert pretend_bank.cancel(made.reference).state == "cancelled"
    paid = pretend_bank.create(replace(CHARGE, key=uuid.uuid4()))
    pretend_bank.decide(paid.reference, "paid")
    assert pretend_bank.cancel(paid.reference).state == "paid"


def test_a_refund_is_done_at_once_and_once_for_each_key(made):
    with pytest.raises(RefusedError):
        refund(made.reference, cents=1, key=1)
    pretend_bank.decide(made.reference, "paid")
    part = refund(made.reference, cents=100, key=1)
    assert (part.state, part.amount_cents, part.key) == ("done", 100, str(uuid.UUID(int=1)))
    assert refund(made.reference, cents=100, key=1) == part
    with pytest.raises(RefusedError):
        refund(made.reference, cents=119401, key=2)
    rest = refund(made.reference, cents=119400, key=3)
    assert pretend_bank.fetch(made.reference).refunds == (part, rest)


def test_its_lists_hold_what_was_made_since_then(made):
    later = pretend_bank.create(replace(CHARGE, key=uuid.uuid4()))
    pretend_bank.decide(later.reference, "paid")
    refund(later.reference, cents=100, key=1)
    since = timezone.now() - timedelta(minutes=1)

    assert {found.reference for found in pretend_bank.list_payments(since)} == {
        made.reference,
        later.reference,
    }
    assert [
        (reference, found.amount_cents) for reference, found in pretend_bank.list_refunds(since)
    ] == [(later.reference, 100)]
    assert list(pretend_bank.list_chargebacks(since)) == []
    assert list(pretend_bank.list_payments(timezone.now() + timedelta(minutes=1))) == []
