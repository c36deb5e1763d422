"""One search over pages and FAQ answers, on both databases.

Whole words and beginnings of words are found on both; inflected forms and typing errors on
PostgreSQL only. See docs/decisions/0006-search.md.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils.formats import date_format
from django.utils.html import escape, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail.rich_text import get_text_for_indexing
from wagtail.search.backends import get_search_backend
from wagtail.search.query import Fuzzy

from courses.models import CourseEventPage
from faq.models import FaqPage, FaqQuestion
from people.models import PersonPage

QUERY_LENGTH = 100
RESULTS = 60
FEW = 3  # with fewer results than this, the search also looks for beginnings of words
FUZZY_FROM = 4  # letters: a shorter query resembles too much
EXCERPT_CHARS = 220


@dataclass(frozen=True)
class Result:
    """What is shown of a page or question that was found; `excerpt` is safe HTML."""

    title: str
    url: str
    kind: str
    excerpt: SafeString


def normalise(query):
    """The query in one line, without control characters, QUERY_LENGTH characters at most."""
    # SQLite takes a quotation mark for the start of a phrase, and fails if that does not end.
    printable = "".join(c if c.isprintable() and c != '"' else " " for c in query)
    return " ".join(printable.split())[:QUERY_LENGTH]


def search(query, locale):
    """A sequence of `Result` for a normalised query, at most RESULTS, questions first.

    Details are read from the database only for the slice that is shown.
    """
    if not query:
        return []
    pages = Page.objects.live().public().filter(locale=locale, depth__gt=1)
    questions = FaqQuestion.objects.filter(locale=locale).select_related("topic")
    found = _find([questions, pages], query)
    faq = None
    if any(isinstance(hit, FaqQuestion) for hit in found):
        faq = FaqPage.objects.live().public().filter(locale=locale).first()
    if faq is None:
        found = [hit for hit in found if isinstance(hit, Page)]
    return Results(found, query, faq)


class Results(Sequence):
    """A lazy sequence of `Result`: as each kind of page costs a query, it reads only the slice."""

    def __init__(self, hits, query, faq):
        self._hits, self._query, self._faq = hits, query, faq

    def __len__(self):
        return len(self._hits)

    def __getitem__(self, index):
        if not isinstance(index, slice):
            return self[index : index + 1 or None][0]
        hits = self._hits[index]
        specific = _specific([hit for hit in hits if isinstance(hit, Page)])
        return [
            _of_question(hit, self._faq, self._query)
            if isinstance(hit, FaqQuestion)
            else _of_page(specific[hit.pk], self._query)
            for hit in hits
        ]

    def __iter__(self):
        return iter(self[:])


def _find(querysets, query):
    """Find whole words; if too few, beginnings of words; if none, near misses (PostgreSQL only)."""
    backend = get_search_backend()
    found = _first(querysets, lambda queryset: backend.search(query, queryset))
    if len(found) < FEW:
        begun = _first(querysets, lambda queryset: backend.autocomplete(query, queryset))
        found += [hit for hit in begun if hit not in found]
    if not found and len(query) >= FUZZY_FROM and connection.vendor == "postgresql":
        found = _first(querysets, lambda queryset: backend.search(Fuzzy(query), queryset))
    return found


def _first(querysets, find):
    return [hit for queryset in querysets for hit in find(queryset)[:RESULTS]][:RESULTS]


def _specific(pages):
    return {page.pk: page for page in Page.objects.filter(pk__in=[p.pk for p in pages]).specific()}


def _of_question(question, faq, query):
    return Result(
        title=question.question,
        url=f"{faq.url}#{question.anchor}",
        kind=_("Question and answer"),
        excerpt=excerpt(get_text_for_indexing(question.answer), query),
    )


def _of_page(page, query):
    title, kind = page.title, _("Page")
    if isinstance(page, PersonPage):
        kind = _("Person")
    elif isinstance(page, CourseEventPage):
        kind = _("Course date")
        title = f"{title}, {date_format(page.first_day)}"  # all dates in a town have one title
    return Result(title=title, url=page.url, kind=kind, excerpt=excerpt(_text(page), query))


def _text(page):
    """All text of a page that the search looks in, introduction first."""
    texts = [page.search_description, getattr(page, "introduction", "")]
    for field in page.get_search_fields():
        if type(field).__name__ == "SearchField" and field.field_name not in (
            "title",
            "introduction",
        ):
            value = field.get_value(page)
            texts.append(" ".join(map(str, value)) if isinstance(value, list) else str(value or ""))
    return " ".join(strip_tags(text) for text in texts if text)


def excerpt(text, query):
    """A piece of `text` around the first word found, with all words marked, as safe HTML."""
    words = [re.escape(word) for word in query.split() if len(word) > 1]
    text = " ".join(text.split())
    match = re.search("|".join(words), text, re.IGNORECASE) if words else None
    start = max(0, match.start() - EXCERPT_CHARS // 3) if match else 0
    if start:
        start = text.find(" ", start) + 1
    piece = ("… " if start else "") + Truncator(text[start:]).chars(EXCERPT_CHARS)
    if not words:
        return escape(piece)
    # Split at the words first, escape afterwards: “amp” must not be found in an escaped “&”.
    pieces = re.split(f"({'|'.join(words)})", piece, flags=re.IGNORECASE)
    marked = (
        f"<mark>{escape(part)}</mark>" if number % 2 else escape(part)
        for number, part in enumerate(pieces)
    )
    return mark_safe("".join(marked))  # noqa: S308  escaped above, only <mark> added
