"""An index of passages in memory: which of them answer a query, best first.

It knows no database and no page. How a score is made, and what else was tried, is in
docs/decisions/0006-search.md.
"""

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from search.vocabulary import JOINED, PART, Vocabulary
from search.words import is_common, words_of

WEIGHTS = {
    "title": 3.0,
    "other_words": 3.0,
    "heading": 2.5,
    "text": 1.0,
    "summary": 0.5,
}
SATURATION, LENGTH = 1.2, 0.6  # k1 and b of BM25
AS_TITLE = 2.0  # what a passage gains whose title is the query, word by word
OF_COMMON = 0.15  # what a word counts that every sentence has
PAST, LATER = 0.6, 0.02  # what a past date counts, and what each coming one loses to the one before
ALSO = 0.15  # what a second passage of the same page adds
LEAST_SHARE = 0.2  # of the best score: anything below is not shown


@dataclass(frozen=True)
class Passage:
    """Something that can be an answer: its text, and where it is. One `page` is one result.

    `day` is the first one of a course date. `key` is the id of the page or question.
    """

    page: str
    url: str
    title: str
    kind: str = "page"
    heading: str = ""
    other_words: str = ""
    text: str = ""
    summary: str = ""  # for search engines: a reader of the page does not see it
    day: date | None = None
    key: int | None = None


@dataclass(frozen=True)
class Hit:
    """A passage that was found. `stems` are those that it was found by, without common words.

    `coverage` is the share of the query that it answers, from 0 to 1: rare words weigh more.
    """

    passage: Passage
    score: float
    coverage: float
    stems: frozenset


@dataclass
class Asked:
    """A word of a query, and what it stands for: {stem: share}."""

    word: str
    is_common: bool
    ways: dict


class Index:
    """The passages of one language, on one day: past dates come last."""

    def __init__(self, passages, language, today):
        self.passages = list(passages)
        counts = [_count(passage) for passage in self.passages]
        self.vocabulary = Vocabulary(language, _sum(counts))
        self._postings = self._written(counts)  # {stem: {number of a passage: frequency}}
        self._lengths = [sum(count.values()) for count in counts]
        self._average = sum(self._lengths) / max(1, len(counts)) or 1.0
        self._titles = [frozenset(self.vocabulary.stems_of(p.title)) for p in self.passages]
        self._boosts = self._by_day(today)
        self._worths = {}  # see _worth

    def find(self, query):
        """The hits for a query, best first, one for each page."""
        return self._ranked(query, self._asked(query))

    def nearest(self, query):
        """Hits for a query that finds nothing: by what its words begin or end with."""
        asked = self._asked(query)
        for one in asked:
            one.ways = one.ways or self.vocabulary.alike(one.word)
        return self._ranked(query, asked)

    def hit_of(self, page):
        """The head of this page as a hit that no word led to, or None."""
        found = (passage for passage in self.passages if passage.page == page)
        return next((Hit(passage, 0, 1, frozenset()) for passage in found), None)

    def corrected(self, query):
        """The query with its unknown words as the site writes them; the same query if none is."""
        words = words_of(query)
        better = [self.vocabulary.corrected(word) for word in words]
        return query if better == words else " ".join(better)

    def has(self, word, stems):
        """Whether a word of a text, or a part of it, is one of these stems."""
        return not stems.isdisjoint((self.vocabulary.stem(word), *self.vocabulary.parts(word)))

    def _written(self, counts):
        postings = defaultdict(dict)
        parts = {word: self.vocabulary.parts(word) for word in self.vocabulary.stems}
        for number, count in enumerate(counts):
            for word, weight in count.items():
                for stem in (self.vocabulary.stem(word), *parts[word]):
                    share = 1 if stem == self.vocabulary.stem(word) else PART
                    postings[stem][number] = postings[stem].get(number, 0) + weight * share
        return postings

    def _by_day(self, today):
        coming = sorted({p.day for p in self.passages if p.day and p.day >= today})
        later = {day: 1 - LATER * min(number, 20) for number, day in enumerate(coming)}
        return [later.get(p.day, PAST) if p.day else 1.0 for p in self.passages]

    def _asked(self, query):
        """The words of a query, each with what it stands for."""
        words = words_of(query)
        common = {word for word in words if is_common(word, self.vocabulary.language)}
        if common == set(words):
            common = set()
        asked = [Asked(word, word in common, self.vocabulary.ways(word)) for word in words]
        for one, after in pairwise(asked):  # “reserve lijst”: “reservelijst”
            if stem := self.vocabulary.joined(one.word, after.word):
                one.ways[stem] = after.ways[stem] = JOINED
        return asked

    def _ranked(self, query, asked):
        scores, covered = defaultdict(float), defaultdict(float)
        total = 0.0
        for one in sorted(asked, key=lambda one: one.is_common):
            weight = OF_COMMON if one.is_common else 1.0
            rarity = weight * max(map(self._rarity, one.ways), default=self._rarity(None))
            total += rarity
            known = bool(scores) and one.is_common  # what every sentence has finds nothing new
            for number, (score, share) in self._of_word(one).items():
                if known and number not in scores:
                    continue
                scores[number] += weight * score
                covered[number] += rarity * share
        asked_stems = frozenset(self.vocabulary.stems_of(query))
        ranked = {
            number: score * covered[number] / total * self._boost(number, asked_stems)
            for number, score in scores.items()
        }
        return [
            Hit(
                self.passages[number],
                score,
                covered[number] / total,
                self._found_by(asked, number),
            )
            for number, score in self._one_of_each_page(ranked)
        ]

    def _found_by(self, asked, number):
        ways = {stem for one in asked if not one.is_common for stem in one.ways}
        return frozenset(stem for stem in ways if number in self._postings[stem])

    def _one_of_each_page(self, scores):
        """[(number, score)] of the best passage of each page; its second best adds a little.

        Best first, weak ones left out.
        """
        best, second = {}, {}
        for number, score in sorted(scores.items(), key=lambda found: -found[1]):
            page = self.passages[number].page
            if page in best:
                second.setdefault(page, score)
            else:
                best[page] = number, score
        ranked = [(n, score + ALSO * second.get(page, 0)) for page, (n, score) in best.items()]
        ranked.sort(key=lambda found: -found[1])
        return [found for found in ranked if found[1] >= ranked[0][1] * LEAST_SHARE]

    def _of_word(self, one):
        """{number of a passage: (score, share) of the best of the ways that lead to it}."""
        best = {}
        for stem, share in one.ways.items():
            for number, worth in self._worth(stem).items():
                found = share * worth
                former = best.get(number)
                if former is None:
                    best[number] = found, share
                elif found > former[0] or share > former[1]:
                    best[number] = max(found, former[0]), max(share, former[1])
        return best

    def _worth(self, stem):
        """{number of a passage: what this stem is worth in it}; counted once for each stem."""
        if (known := self._worths.get(stem)) is None:
            rarity = self._rarity(stem)
            known = self._worths[stem] = {
                number: rarity * self._saturated(number, frequency)
                for number, frequency in self._postings.get(stem, {}).items()
            }
        return known

    def _boost(self, number, asked):
        boost, title = self._boosts[number], self._titles[number]
        if asked and asked <= title and not self.passages[number].heading:
            boost *= 1 + AS_TITLE * (len(asked) / len(title)) ** 2
        return boost

    def _rarity(self, stem):
        number = len(self._postings.get(stem, ()))
        return math.log(1 + (len(self.passages) - number + 0.5) / (number + 0.5))

    def _saturated(self, number, frequency):
        norm = 1 - LENGTH + LENGTH * self._lengths[number] / self._average
        return frequency * (SATURATION + 1) / (frequency + SATURATION * norm)


def _count(passage):
    """{word: how often it stands in the passage, a title counting more}."""
    count = Counter()
    for name, weight in WEIGHTS.items():
        for word in words_of(getattr(passage, name)):
            count[word] += weight
    return count


def _sum(counts):
    total = Counter()
    for count in counts:
        total.update(count)
    return total
