"""Find names as people type them: “Nguyen” finds “Nguyễn”, “soren” finds “Søren”, and back.

Whatever is compared goes through one function of the database on both sides. On PostgreSQL a
migration makes it, in SQL, so that an index can hold what it says; on SQLite it is `fold` below.
Both know the same letters (a test compares them), and neither needs an extension.
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
MARKS = range(0x300, 0x370)  # accents, once they stand apart from their letter
# Letters that are one piece, and what a telephone writes where a keyboard has ' and -.
LETTERS = str.maketrans("łøđðħŧıŋəς’‘ʼ‐–—", "loddhtineσ'''---")
PAIRS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"})
PLAIN = dict.fromkeys(MARKS) | LETTERS | PAIRS


def fold(text):
    if text is None:
        return None
    text = str(text)  # a key of a JSON column may hold a number
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKD", text).lower().translate(PLAIN)


class Folded(Func):
    function = FUNCTION
    arity = 1
    output_field = TextField()


def has_part(word, *columns):
    """A condition: `word` is part of one of these columns (names of fields, or expressions)."""
    wanted = Folded(Value(word))
    return reduce(operator.or_, (Q(Contains(Folded(column), wanted)) for column in columns))


def has_every_word(text, *columns):
    """A condition: each word of `text` is part of one of these columns."""
    return reduce(operator.and_, (has_part(word, *columns) for word in words_of(text)), Q())


def words_of(text):
    """The words to search for: so many at most, since a database gives up on very many."""
    return text.split()[:MOST_WORDS]


def is_number(text):
    """Whether somebody typed a telephone number, or enough of its end, and nothing else."""
    return not re.search(r"[^\d\s().+/-]", text) and len(_digits(text)) >= DIGITS_OF_A_NUMBER


def has_number(text, column):
    """A condition: this telephone number, however it is written. 06 and +31 6 are the same."""
    plain = reduce(lambda so_far, sign: Replace(so_far, Value(sign)), PUNCTUATION, F(column))
    digits = _digits(text)
    return EndsWith(plain, Value(digits[-8:]))


def _digits(text):
    return re.sub(r"\D", "", text)


class FoldedSearchMixin:
    """For a listing of Wagtail with `search_fields`."""

    def search_queryset(self, queryset):
        return queryset.filter(has_every_word(self.search_query, *self.search_fields))


def _teach_sqlite(sender, connection, **kwargs):
    if connection.vendor == "sqlite":
        connection.connection.create_function(FUNCTION, 1, fold, deterministic=True)


def install():
    connection_created.connect(_teach_sqlite, dispatch_uid="core.folding")
