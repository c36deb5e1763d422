"""The neighbour of other tests is as sound as anything else."""

import pytest

from courses.domain import invariants

pytestmark = pytest.mark.django_db


def test_the_neighbour_breaks_no_invariant(neighbour):
    assert list(invariants.violations()) == []
    assert neighbour.is_untouched()
    assert neighbour.invoice.issued_on.year < neighbour.waiting.created_at.year
