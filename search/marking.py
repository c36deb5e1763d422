"""Texts with the words that were found in them marked, as safe HTML."""

from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.text import Truncator

from search.words import WORD, words_of

EXCERPT_CHARS = 220


def marked(text, is_found):
    """`text` with a <mark> around each word for which `is_found(word)`, a folded one, is true."""
    pieces, end = [], 0
    for match in WORD.finditer(text):
        if any(is_found(word) for word in words_of(match.group())):
            pieces += [escape(text[end : match.start()]), f"<mark>{escape(match.group())}</mark>"]
            end = match.end()
    pieces.append(escape(text[end:]))
    return mark_safe("".join(pieces))  # noqa: S308  escaped above, only <mark> added


def excerpt(text, is_found):
    """The piece of `text` with the most different words found, marked."""
    text = " ".join(text.split())
    start = _densest(text, is_found)
    if start:
        start = text.find(" ", max(0, start - EXCERPT_CHARS // 4)) + 1
    piece = ("… " if start else "") + Truncator(text[start:]).chars(EXCERPT_CHARS)
    return marked(piece, is_found)


def _densest(text, is_found):
    """Where the found word stands that has the most different ones within an excerpt after it."""
    found = [
        (match.start(), match.group().lower())
        for match in WORD.finditer(text)
        if any(is_found(word) for word in words_of(match.group()))
    ]
    reach = EXCERPT_CHARS * 3 // 4

    def different(start):
        return len({word for at, word in found if start <= at < start + reach})

    return max((start for start, _word in found), key=different, default=0)
