import pytest

from core import periodic
from courses.domain import invariants
from tests.courses.domain.agreeing import make_paid  # noqa: F401
from tests.courses.domain.swapping import offered, other, own, wisher  # noqa: F401


@pytest.fixture
def invariants_hold(request):
    """No invariant is broken after the test. Tests with a database of their own assert that."""
    if "own_database" in request.fixturenames:
        yield
        return
    request.getfixturevalue("db")
    yield
    assert list(invariants.violations()) == []


@pytest.fixture
def in_a_job(settings):
    """As the worker does: no visitor waits, so that trouble refuses no call after it."""
    settings.MOLLIE_JOB_TIMEOUT = 2  # seconds; a provider that is away is tried this long
    with periodic.as_job():
        yield
