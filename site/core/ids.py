"""Ids of rows that come from an address or a form."""

DIGITS = 9  # more do not fit into every column


def is_id(text):
    """Whether this text can be the id of a row."""
    return text.isascii() and text.isdecimal() and len(text) <= DIGITS
