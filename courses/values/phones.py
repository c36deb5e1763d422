"""Telephone numbers of people in several countries, who write them in all kinds of ways."""

from phonenumbers import (
    PhoneNumber,
    PhoneNumberFormat,
    format_number,
    is_possible_number,
    is_valid_number,
    parse,
)
from phonenumbers.phonenumberutil import NumberParseException

from core.phones import numbers_in

HOME, NEIGHBOUR = "NL", "BE"


def holds_number(typed: str) -> bool:
    """Whether there is a possible number in this, whatever is written beside it."""
    return any(
        (number := _parsed(text, HOME)) and is_possible_number(number) for text in numbers_in(typed)
    )


def to_show(typed: str) -> str:
    """A number in international form if only one country can be meant, else as it was typed.

    “06 12345678” becomes “+31 6 12345678”; “0495 12 34 56” may be in Weert or in Belgium, and words
    beside a number are never dropped.
    """
    if numbers_in(typed) != [typed.strip()]:
        return typed
    number = _parsed(typed, HOME)
    if number is None or not is_valid_number(number):
        return typed
    abroad = _parsed(typed, NEIGHBOUR)
    if abroad and abroad != number and is_valid_number(abroad):
        return typed
    return format_number(number, PhoneNumberFormat.INTERNATIONAL)


def _parsed(text: str, region: str) -> PhoneNumber | None:
    try:
        return parse(text.replace("(0)", ""), region)
    except NumberParseException:
        return None
