import pytest

from courses import gateways
from tests.courses.gateways.charging import CHARGE


@pytest.fixture
def bank(fake_mollie):
    return gateways.current()


@pytest.fixture
def paid(bank, fake_mollie):
    """The reference of a payment of EUR 1195.00 that came in."""
    made = bank.create(CHARGE)
    fake_mollie.set_status(made.reference, "paid")
    return made.reference
