"""Questions that facts answer: what the course costs, when and where it is, who treats people.

The words that ask such a question are in the catalogues, so that every language has its own.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.formats import date_format
from django.utils.translation import pgettext
from wagtail.models import Page

from core.folding import fold
from core.models import SiteSettings
from courses.models import CourseIndexPage
from courses.reading import events
from search.words import is_common, words_of

DATES = 3
YEAR = re.compile(r"20\d\d")


@dataclass(frozen=True)
class Facts:
    """The card of facts above the results. `page` is where a reader finds all of it."""

    asks: str  # "price", "when", "where", or "dates" of a place or month
    events: list
    page: Page
    is_narrow: bool  # only the dates of a place, a month or a year

    @property
    def price_cents(self):
        return self.events[0].price_cents


@dataclass(frozen=True)
class Asked:
    """What the words of a query ask for; `rest` are those that ask for something else."""

    words: tuple
    language: str
    vocabulary: object
    coming: list

    @cached_property
    def places(self):
        found = {}
        for event in self.coming:
            for place in event.places:
                found[fold(place)] = place
        return {found[word] for word in self.known if word in found}

    @cached_property
    def months(self):
        names = {}
        for month in range(1, 13):
            names[fold(date_format(date(2000, month, 1), "F"))] = month
        return {names[word] for word in self.known if word in names}

    @cached_property
    def years(self):
        return {int(word) for word in self.words if YEAR.fullmatch(word)}

    @property
    def is_narrow(self):
        return bool(self.places or self.months or self.years)

    @cached_property
    def known(self):
        """The words as the site writes them."""
        return [self.vocabulary.corrected(word) for word in self.words]

    def has_any_of(self, phrase):
        return not set(words_of(phrase)).isdisjoint([*self.words, *self.known])

    def has_only(self, *phrases):
        """Whether each word is in a phrase, is common, or names a place, a month or a year."""
        named = {word for place in self.places for word in words_of(place)}
        allowed = {word for phrase in phrases for word in words_of(phrase)} | named
        months = {fold(date_format(date(2000, month, 1), "F")) for month in self.months}
        allowed |= months | {str(year) for year in self.years}
        return all(
            word in allowed or known in allowed or is_common(word, self.language)
            for word, known in zip(self.words, self.known, strict=True)
        )


def card(query, locale, vocabulary):
    """The `Facts` that answer a query about the course itself, or None."""
    coming = events.coming(locale=locale)
    index = CourseIndexPage.objects.live().public().filter(locale=locale).first()
    if not coming or index is None:
        return None
    asked = Asked(tuple(words_of(query)), locale.language_code, vocabulary, coming)
    asks = _asks(asked)
    if not asks:
        return None
    shown = [event for event in coming if _fits(event, asked)]
    if not shown:
        return None
    page = coming[0].course if asks == "price" else index
    return Facts(asks, shown[:DATES], page, is_narrow=asked.is_narrow)


def looks_for_treatment(query):
    """The address of the overview of therapists, for somebody who looks for one, else None."""
    asked = set(words_of(query))
    therapist = pgettext("words for who treats", "therapist therapists practitioner treatment")
    looking = pgettext("words for looking near", "find finding looking search near nearby local")
    if asked.isdisjoint(words_of(therapist)) or asked.isdisjoint(words_of(looking)):
        return None
    return SiteSettings.current().therapist_finder_url or None


def _asks(asked):
    price = pgettext("words that ask for a price", "price prices cost costs fee fees expensive")
    when = pgettext("words that ask for days", "when date dates start starts begin begins month")
    where = pgettext("words that ask for a place", "where place places location locations venue")
    about = pgettext(
        "words about a course", "course training next upcoming coming held given take takes person"
    )
    if not asked.has_only(price, when, where, about):
        return ""
    for name, words in (("price", price), ("when", when), ("where", where)):
        if asked.has_any_of(words):
            return name
    return "dates" if asked.is_narrow else ""


def _fits(event, asked):
    return (
        (not asked.places or not asked.places.isdisjoint(event.places))
        and (not asked.months or event.first_day.month in asked.months)
        and (not asked.years or event.first_day.year in asked.years)
    )
