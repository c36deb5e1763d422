"""One search over pages, answers and dates, the same on every database.

See docs/decisions/0006-search.md.
"""

from dataclasses import dataclass, field
from functools import partial

from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from courses.models import CourseEventPage
from courses.reading import events
from courses.reading.event import Event
from faq.models import FaqQuestion
from search import facts, keeper
from search.index import Hit, Index
from search.marking import excerpt, marked

QUERY_LENGTH = 100
RESULTS = 60
NEAREST = 3
SUGGESTIONS = 6
CLEARLY = 1.25  # how much better than the next an answer must be to be shown whole
WHOLE = 0.6  # the share of the query that it must cover


@dataclass(frozen=True)
class Result:
    """What is shown of something that was found; `title` and `excerpt` are safe HTML.

    `event` is there for a date, `where` is the heading of the section for a long page.
    """

    title: SafeString
    url: str
    kind: str
    excerpt: SafeString
    where: SafeString
    event: Event | None = None


@dataclass
class Found:
    """What answers a query. `hits` are in the order in which they are shown.

    `card` and `answer` stand above them. `meant` is the query as the site would write it, or
    empty. `is_missed` says that nothing was found: the hits only come near.
    """

    query: str
    index: Index
    hits: list[Hit] = field(default_factory=list)
    card: facts.Facts | None = None
    finder_url: str | None = None
    meant: str = ""
    is_missed: bool = False

    @cached_property
    def answer(self):
        """The question whose answer is clearly the best, or None."""
        if self.card or self.is_missed or not self.hits or self.hits[0].passage.kind != "question":
            return None
        first, others = self.hits[0], self.hits[1:]
        if first.coverage < WHOLE or (others and first.score < CLEARLY * others[0].score):
            return None
        return FaqQuestion.shown.filter(pk=first.passage.key).first()

    @property
    def top(self):
        """The `Result` of the answer, for its title and address."""
        return self.results(self.hits[:1])[0]

    @property
    def listed(self):
        """The hits below what stands on top."""
        return self.hits[1:] if self.answer else self.hits

    def results(self, hits):
        """The `Result` of each of these hits, in as many queries however many they are."""
        dates = _events_of(hits)
        return [self._result(hit, dates.get(hit.passage.key)) for hit in hits]

    def _result(self, hit, event):
        passage = hit.passage
        is_found = partial(self.index.has, stems=hit.stems)
        is_date = passage.kind == "date"
        return Result(
            title=marked(passage.title, is_found),
            url=passage.url,
            kind=KINDS[passage.kind](),
            excerpt=excerpt("" if is_date else _shown(passage), is_found),
            where=marked(
                "" if is_date or passage.kind == "question" else passage.heading, is_found
            ),
            event=event if is_date else None,
        )


KINDS = {
    "question": lambda: _("Question and answer"),
    "page": lambda: _("Page"),
    "person": lambda: _("Person"),
    "date": lambda: _("Course date"),
}


def normalise(query):
    """The query in one line, without control characters, QUERY_LENGTH characters at most."""
    printable = "".join(c if c.isprintable() else " " for c in query)
    return " ".join(printable.split())[:QUERY_LENGTH]


def search(query, locale):
    """What answers a normalised query in this language, as `Found`."""
    index = keeper.index_of(locale)
    if not query:
        return Found(query, index)
    hits = index.find(query)[:RESULTS]
    meant = index.corrected(query)
    card = facts.card(query, locale, index.vocabulary)
    found = Found(
        query,
        index,
        hits=_first(card, hits, index),
        card=card,
        finder_url=facts.looks_for_treatment(query),
        meant=meant if meant != query and card is None else "",
    )
    if not found.hits:
        found.hits, found.is_missed = index.nearest(query)[:NEAREST], True
    return found


def suggestions(query, locale):
    """[(title, url)] while somebody types: the best passages for what is there so far."""
    if len(query) < 2:
        return []
    hits = keeper.index_of(locale).find(query)[:SUGGESTIONS]
    return [(_name(hit.passage), hit.passage.url) for hit in hits]


def _first(card, hits, index):
    """The hits with the one that a card of facts belongs to in front."""
    if card is None:
        return hits
    narrow = card.asks == "dates" or card.is_narrow
    wanted = card.events[0].url if narrow else card.page.url
    first = next((hit for hit in hits if hit.passage.page == wanted), None)
    first = first or index.hit_of(wanted)
    others = [hit for hit in hits if hit.passage.page != wanted]
    return [first, *others] if first else others


def _events_of(hits):
    """{id of a page: its event as it is now} for the dates among these hits."""
    keys = [hit.passage.key for hit in hits if hit.passage.kind == "date"]
    pages = list(CourseEventPage.objects.filter(pk__in=keys).select_related("locale"))
    if not pages:
        return {}
    facts_of = CourseEventPage.objects.filter(
        translation_key__in=[page.translation_key for page in pages], alias_of=None
    )
    found = events.from_pages(facts_of, locale=pages[0].locale, localized=pages)
    return {event.page.pk: event for event in found}


def _shown(passage):
    return passage.text or passage.summary


def _name(passage):
    if passage.kind == "date":
        return f"{passage.title}, {passage.heading}"
    is_section = passage.heading and passage.kind != "question"
    return f"{passage.title}: {passage.heading}" if is_section else passage.title
