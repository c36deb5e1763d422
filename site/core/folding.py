"""Find names as people type them: “Nguyen” finds “Nguyễn”, “soren” finds “Søren”, and vice versa.

Both sides of a comparison go through a function in the database. On PostgreSQL a migration creates
it in SQL, so that an index can use it; on SQLite it is `fold` below. Both treat the same letters
alike (a test compares them), and neither needs an extension.
"""

import operator
import re
import unicodedata
from functools import reduce

from django.db.backends.signals import connection_created
from django.db.models import F, Func, Q, TextField, Value
from django.db.models.functions import Replace
from django.db.models.lookups import Contains, EndsWith

FUNCTION = "folded"
MOST_WORDS = 20
DIGITS_OF_A_NUMBER = 6
PUNCTUATION = " -.()+/"
MARKS = range(0x300, 0x370)  # accents, once NFKD has split them from their letter
# Letters that NFKD does not split, and what a phone types where a keyboard has ' and -.
LETTERS = str.maketrans("łøđðħŧıŋəς’‘ʼ‐–—", "loddhtineσ'''---")
PAIRS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"})
PLAIN = dict.fromkeys(MARKS) | LETTERS | PAIRS


def fold(text):
    """`text` in lower case and without accents; None stays None."""
    if text is None:
        return None
    text = str(text)  # a key of a JSON column may hold a number
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKD", text).lower().translate(PLAIN)


class Folded(Func):
    """`fold` as a database expression."""

    function = FUNCTION
    arity = 1
    output_field = TextField()


def has_part(word, *columns):
    """A Q: `word` is part of one of these columns (names of fields, or expressions)."""
    wanted = Folded(Value(word))
    return reduce(operator.or_, (Q(Contains(Folded(column), wanted)) for column in columns))


def has_every_word(text, *columns):
    """A Q: each word of `text` is part of one of these columns."""
    return reduce(operator.and_, (has_part(word, *columns) for word in words_of(text)), Q())


def words_of(text):
    """The words to search for, MOST_WORDS at most: databases limit the depth of a condition."""
    return text.split()[:MOST_WORDS]


def is_number(text):
    """Whether the text is a telephone number, or its last digits (at least six), and no more."""
    return not re.search(r"[^\d\s().+/-]", text) and len(_digits(text)) >= DIGITS_OF_A_NUMBER


def has_number(text, column):
    """A lookup: `column` ends with the last eight digits of `text`, however both are written.

    So 06-12345678 and +31 6 1234 5678 are the same number.
    """
    plain = reduce(lambda so_far, sign: Replace(so_far, Value(sign)), PUNCTUATION, F(column))
    digits = _digits(text)
    return EndsWith(plain, Value(digits[-8:]))


def _digits(text):
    return re.sub(r"\D", "", text)


class FoldedSearchMixin:
    """For a Wagtail listing with `search_fields`: each word of the query is in one of them."""

    def search_queryset(self, queryset):
        return queryset.filter(has_every_word(self.search_query, *self.search_fields))


def _teach_sqlite(sender, connection, **kwargs):
    if connection.vendor == "sqlite":
        connection.connection.create_function(FUNCTION, 1, fold, deterministic=True)


def install():
    """Give every new SQLite connection the function."""
    connection_created.connect(_teach_sqlite, dispatch_uid="core.folding")
