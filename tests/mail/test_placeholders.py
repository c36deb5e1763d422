import pytest
from django.core.exceptions import ValidationError

from mail.placeholders import check_placeholders, fill

pytestmark = pytest.mark.anywhere


def test_a_brace_in_a_value_is_not_filled():
    values = {"name": "{email}", "email": "noor@example.org"}

    assert fill("{name} <{email}>", values) == "{email} <noor@example.org>"


def test_an_unknown_placeholder_is_refused_with_the_allowed_ones():
    with pytest.raises(ValidationError) as refused:
        check_placeholders("Beste {voornaam}, {status_url}", ["first_name", "status_url"])

    message = refused.value.messages[0]
    assert "{voornaam}" in message
    assert "{first_name}, {status_url}" in message


@pytest.mark.parametrize("text", ["{<b>first</b>_name}", "{ first_name }", "{first_name", "a } b"])
def test_a_broken_placeholder_is_refused(text):
    with pytest.raises(ValidationError):
        check_placeholders(text, ["first_name"])


def test_a_good_text_passes():
    assert check_placeholders("Beste {first_name}", ["first_name"]) is None
