import re

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from courses.values.money import EurosFormField, format_euros, parse_euros

pytestmark = pytest.mark.anywhere

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("cents", "nl", "en"),
    [
        (0, f"€{NBSP}0,-", "€0"),
        (5, f"€{NBSP}0,05", "€0.05"),
        (100, f"€{NBSP}1,-", "€1"),
        (1250, f"€{NBSP}12,50", "€12.50"),
        (99900, f"€{NBSP}999,-", "€999"),
        (119500, f"€{NBSP}1.195,-", "€1,195"),
        (119505, f"€{NBSP}1.195,05", "€1,195.05"),
        (123456789, f"€{NBSP}1.234.567,89", "€1,234,567.89"),
    ],
)
def test_amounts_as_people_read_them(cents, nl, en):
    assert format_euros(cents, "nl") == nl
    assert format_euros(cents, "en") == en
    assert format_euros(cents) == nl  # the active language


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("1195", 119500),
        ("1.195", 119500),
        ("1195,00", 119500),
        ("1.195,50", 119550),
        ("€ 1.195,-", 119500),
        (f"€{NBSP}1.195,-", 119500),
        ("  12,05 ", 1205),
        ("0", 0),
        ("0,01", 1),
        ("1.234.567,89", 123456789),
    ],
)
def test_amounts_as_people_type_them(typed, cents):
    assert parse_euros(typed) == cents


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "abc",
        "-5",
        "1,5",
        "12,345",
        "1.19",
        "1,195",
        "1.1955",
        "1,195.00",
        "1e3",
        "١٢",
        "12,-5",
        "1 2,3",
    ],
)
def test_a_malformed_amount_is_an_error(typed):
    with pytest.raises(ValueError, match=f"^{re.escape(typed)}$"):
        parse_euros(typed)


@given(st.integers(0, 2_147_483_647))
def test_an_amount_as_shown_can_be_typed_in(cents):
    assert parse_euros(format_euros(cents, "nl")) == cents
    field = EurosFormField()
    assert field.clean(field.prepare_value(cents)) == cents


def test_the_field_keeps_a_malformed_amount_and_explains_the_format():
    field = EurosFormField(max_value=2_147_483_647)
    assert field.prepare_value("twaalf") == "twaalf"
    assert field.prepare_value(None) is None
    for typed in ("twaalf", "99999999999"):
        with pytest.raises(ValidationError) as caught:
            field.clean(typed)
        assert caught.value.code == "amount"


def test_an_optional_amount_may_be_empty():
    assert EurosFormField(required=False).clean("") is None


def test_the_field_knows_whether_the_amount_changed():
    field = EurosFormField()
    assert field.has_changed(119500, "1.195,-") is False
    assert field.has_changed(119500, "1.196,-") is True
    assert field.has_changed(119500, "veel") is True
