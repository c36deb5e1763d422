"""Ids of rows that come from a URL or a form."""

DIGITS = 9  # more do not fit into every kind of id column


def is_id(text):
    """Whether this text can be the id of a row; spares the database a number that is too large."""
    return text.isascii() and text.isdecimal() and len(text) <= DIGITS
