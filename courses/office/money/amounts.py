"""Amounts of money that may be negative, as staff read them."""

from courses.values.money import format_euros

MINUS = "\N{MINUS SIGN}"


def in_words(cents):
    return f"{MINUS} {format_euros(-cents)}" if cents < 0 else format_euros(cents)
