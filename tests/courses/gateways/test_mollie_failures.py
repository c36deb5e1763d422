"""Mollie is away, slow or odd: nobody waits long, and nothing is made twice."""

import time
from datetime import timedelta
from functools import partial

import pytest

from core.periodic import Job, run_due
from courses.gateways import GatewayError, RefusedError, UnknownPaymentError
from courses.gateways.breaker import BREAKER, SLOW
from tests.courses.gateways.charging import CHARGE, refund
from tests.slow_servers import SlowServer

pytestmark = pytest.mark.anywhere


@pytest.mark.parametrize(
    "fault",
    [{"status": 500}, {"status": 503, "retry_after": 3600}, {"status": 429, "retry_after": 3600}],
    ids=str,
)
def test_a_brief_failure_is_retried_and_makes_one_payment(bank, fake_mollie, fault):
    fake_mollie.fail("create", **fault)
    assert bank.create(CHARGE).state == "open"
    assert len(fake_mollie.payments) == 1
    assert fake_mollie.keys == [("create", str(CHARGE.key))] * 2


@pytest.mark.parametrize(
    "fault",
    [
        {"drop": "before"},
        {"drop": "after"},
        {"body": b"{}", "times": 99},
        {"body": b"no JSON", "times": 99},
        {"hang": True},
    ],
    ids=str,
)
def test_a_second_try_after_an_unknown_outcome_makes_one_payment(
    bank, fake_mollie, settings, fault
):
    settings.MOLLIE_TIMEOUT = 0.2
    fake_mollie.fail("create", **fault)
    with pytest.raises(GatewayError):
        bank.create(CHARGE)
    fake_mollie.heal()
    settings.MOLLIE_TIMEOUT = 5
    assert bank.create(CHARGE).reference in fake_mollie.payments
    assert len(fake_mollie.payments) == 1


def test_all_requests_of_one_call_share_one_time_limit(bank, fake_mollie, paid, settings):
    settings.MOLLIE_TIMEOUT = 0.2
    fake_mollie.add_refund(paid, "10.00")
    fake_mollie.add_chargeback(paid)
    fake_mollie.fail("*", delay=0.15, times=99)
    with pytest.raises(GatewayError):
        bank.fetch(paid)


@pytest.mark.parametrize("trouble", ["refuses", "hangs", "drips", "half"])
def test_whatever_mollie_does_a_visitor_waits_no_longer_than_the_limit(bank, settings, trouble):
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"
    server = SlowServer(head, trouble)
    settings.MOLLIE_API_URL = f"http://127.0.0.1:{server.port}"
    settings.MOLLIE_TIMEOUT = 0.5
    started = time.monotonic()
    for call in (partial(bank.create, CHARGE), partial(bank.fetch, "tr_known")):
        with pytest.raises(GatewayError):
            call()
    server.close()

    assert time.monotonic() - started < 8


def test_after_a_call_that_hung_nobody_else_waits(bank, fake_mollie, settings):
    settings.MOLLIE_TIMEOUT = SLOW
    fake_mollie.fail("create", hang=True)
    with pytest.raises(GatewayError):
        bank.create(CHARGE)
    asked = sum(fake_mollie.counts.values())
    for _ in range(50):
        with pytest.raises(GatewayError, match="not asked"):
            bank.create(CHARGE)

    assert sum(fake_mollie.counts.values()) == asked


@pytest.mark.django_db
def test_a_job_is_never_refused_and_may_wait_longer(bank, fake_mollie, settings):
    settings.MOLLIE_TIMEOUT, settings.MOLLIE_JOB_TIMEOUT = SLOW, 8
    fake_mollie.fail("create", hang=True)
    with pytest.raises(GatewayError):
        bank.create(CHARGE)
    fake_mollie.fail("create", delay=SLOW + 0.3)
    made = []
    job = Job("test_pays", run=lambda: made.append(bank.create(CHARGE)), every=timedelta(1))
    run_due([job])

    assert [status.state for status in made] == ["open"]


@pytest.mark.parametrize("status", [400, 401, 403, 409, 422, 500, 503])
def test_an_error_does_not_repeat_the_request(bank, fake_mollie, settings, caplog, status):
    fake_mollie.fail("create", status=status, times=99)
    with pytest.raises(GatewayError) as caught:
        bank.create(CHARGE)
    assert str(caught.value) == f"Mollie: status {status}."
    assert caught.value.__suppress_context__
    assert type(caught.value) is (RefusedError if status == 422 else GatewayError)
    for secret in (settings.MOLLIE_API_KEY, CHARGE.return_url, CHARGE.description):
        assert secret not in caplog.text


def test_a_failed_connection_is_a_gateway_error(bank, fake_mollie):
    fake_mollie.stop()
    with pytest.raises(GatewayError, match="ConnectError"):
        bank.create(CHARGE)
    fake_mollie.start()
    BREAKER.reset()  # on a busy machine even a refusal takes long, and it rests
    assert bank.create(CHARGE).state == "open"


def test_a_payment_that_mollie_does_not_know_has_an_error_of_its_own(bank, fake_mollie):
    with pytest.raises(UnknownPaymentError):
        bank.fetch("tr_nobody")
    with pytest.raises(UnknownPaymentError):
        refund(bank, "tr_nobody")


@pytest.mark.parametrize("reference", ["", "tr_", "pretend_1", "tr_a/../b", "tr_1?x=1", "x" * 9999])
def test_a_malformed_reference_is_refused_without_a_request(bank, fake_mollie, reference):
    with pytest.raises(UnknownPaymentError):
        bank.fetch(reference)
    assert sum(fake_mollie.counts.values()) == 0


def test_no_redirect_is_followed(bank, fake_mollie):
    fake_mollie.fail("get", status=302)
    with pytest.raises(GatewayError, match="302"):
        bank.fetch("tr_known")
