"""How telephone numbers are judged and shown."""

import pytest

from courses.values import phones


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("06 12345678", "+31 6 12345678"),
        ("030-1234567", "+31 30 123 4567"),
        ("+32 470 12 34 56", "+32 470 12 34 56"),
        ("0032 470123456", "+32 470 12 34 56"),
        ("0495 12 34 56", "0495 12 34 56"),  # Weert, or a mobile phone in Belgium
        ("0470 12 34 56", "0470 12 34 56"),
        ("016 22 33 44", "016 22 33 44"),
        ("030-1234567 tst 12", "030-1234567 tst 12"),
        ("06 12345678 (werk)", "06 12345678 (werk)"),
        ("", ""),
    ],
)
def test_a_number_is_rewritten_only_if_it_can_be_read_in_one_way(typed, shown):
    assert phones.to_show(typed) == shown


@pytest.mark.parametrize(
    "typed",
    [
        *("030-1234567 tst 12", "06 12345678 (werk)", "thuis: 030 1234567", "0475/12.34.56"),
        *("0495 12 34 56", "06-12345678 / 030-1234567", "06.12.34.56.78", "(030) 123 45 67"),
    ],
)
def test_a_number_with_words_beside_it_is_a_number(typed):
    assert phones.holds_number(typed)


@pytest.mark.parametrize("typed", ["bel mij", "12", "06 1234567890123", "+999999", ""])
def test_what_cannot_be_called_is_no_number(typed):
    assert not phones.holds_number(typed)
