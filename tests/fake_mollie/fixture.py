import pytest

from courses.gateways.breaker import BREAKER

from . import FakeMollie


@pytest.fixture
def fake_mollie(settings):
    """A fake Mollie on a port of its own, and the settings with which the site uses it."""
    with FakeMollie() as mollie:
        settings.PAYMENT_GATEWAY = "mollie"
        settings.MOLLIE_API_URL = mollie.url
        settings.MOLLIE_API_KEY = "test_made-up-0123456789"
        settings.MOLLIE_WEBHOOK_SECRET = "made-up-for-tests-0123456789-abcdef"
        settings.MOLLIE_TIMEOUT = 2
        yield mollie
    BREAKER.reset()
