"""Telephone numbers among other words."""

import pytest

from core.phones import dialled, numbers_in


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("06 12345678", ["06 12345678"]),
        ("+31 (0)6-12 34 56 78", ["+31 (0)6-12 34 56 78"]),
        ("(030) 123 45 67", ["(030) 123 45 67"]),
        ("030-1234567 tst 12", ["030-1234567", "12"]),
        ("06 12345678 (werk)", ["06 12345678"]),
        ("0475/12.34.56", ["0475/12.34.56", "0475", "12.34.56"]),
        ("bel mij", []),
    ],
)
def test_numbers_are_found_among_words(typed, numbers):
    assert numbers_in(typed) == numbers


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+31 (0)24 123 45 67", "+31241234567"),
        ("030-1234567 tst 12", "0301234567"),
        ("06 12345678 (werk)", "0612345678"),
        ("bel mij", ""),
    ],
)
def test_the_first_number_is_dialled(typed, number):
    assert dialled(typed) == number
