import pytest

from courses.domain import invariants
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
