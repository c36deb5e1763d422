"""The words of the site, and what a word of a query may stand for among them."""

from bisect import bisect_left
from functools import cached_property

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from search.words import LEAST_PART, is_common, parts_of, stem_of, words_of

# What a stem counts that is not the one asked for, but begins with it, is a part of it, ...
BEGINNING, LEAST_OF_BEGINNING, PART, JOINED = 0.7, 0.3, 0.6, 0.9
NEAR = (1.0, 0.7, 0.45)  # by the number of letters that differ
ALIKE = 0.35
LEAST_BEGINNING, LEAST_NEAR, LEAST_FOR_TWO, LEAST_ALIKE = 3, 4, 7, 5  # letters
MOST_WAYS = 12  # stems that one word of a query may stand for
MOST_BEGINNINGS = 40


class Vocabulary:
    """The words of the site in one language, each with its stem and how often it stands there."""

    def __init__(self, language, counts):
        self.language, self.counts = language, counts
        self.stems = {word: stem_of(word, language) for word in counts}
        self.known = frozenset(self.stems.values())

    def stem(self, word):
        return self.stems.get(word) or stem_of(word, self.language)

    def stems_of(self, text):
        """The stems of a text, without words that every sentence has."""
        words = [word for word in words_of(text) if not is_common(word, self.language)]
        return [self.stem(word) for word in words]

    def knows(self, word):
        """Whether the site has this word, in whatever form."""
        return self.stem(word) in self.known

    def parts(self, word):
        """The stems of the parts of a Dutch compound; none if it is not one of known words."""
        if self.language != "nl" or len(word) < 2 * LEAST_PART:
            return []
        return [self.stem(part) for part in parts_of(word, self.knows)]

    def ways(self, word):
        """{stem: share}: what a word of a query stands for. A near miss only if nothing else is."""
        ways = {self.stem(word): 1.0} if self.knows(word) else {}
        if not is_common(word, self.language):
            for longer in self._beginning_with(word):
                share = BEGINNING * len(word) / len(longer)
                ways.setdefault(self.stems[longer], max(share, LEAST_OF_BEGINNING))
        if word not in self.stems:
            for part in self.parts(word):
                ways.setdefault(part, PART)
        return _most(ways or {self.stems[known]: NEAR[far] for known, far in self._near(word)})

    def joined(self, word, after):
        """The stem of two words written as one, if the site writes them so, else None."""
        stem = self.stem(word + after)
        return stem if stem in self.known else None

    def alike(self, word):
        """{stem: share} of words that begin or end as this one.

        “wachtlijst” is like “reservelijst”: a Dutch compound means what it ends with.
        """
        for start in range(1, len(word) - LEAST_ALIKE + 1):
            if found := [known for known in self._sorted if known.endswith(word[start:])]:
                return _most({self.stems[known]: ALIKE for known in found})
        for length in range(len(word) - 1, LEAST_ALIKE - 1, -1):
            if found := list(self._beginning_with(word[:length])):
                return _most({self.stems[known]: ALIKE for known in found})
        return {}

    def corrected(self, word):
        """An unknown word as the site writes it, or the word itself."""
        if is_common(word, self.language) or self.knows(word) or self.parts(word):
            return word
        if next(self._beginning_with(word), None):
            return word
        near = [known for known, _far in self._near(word)]
        return max(near, key=self.counts.__getitem__, default=word)

    @cached_property
    def _sorted(self):
        return sorted(self.stems)

    def _beginning_with(self, word):
        if len(word) < LEAST_BEGINNING:
            return
        start = bisect_left(self._sorted, word)
        for longer in self._sorted[start : start + MOST_BEGINNINGS]:
            if not longer.startswith(word):
                return
            if longer != word:
                yield longer

    def _near(self, word):
        """[(word of the site, letters that differ)], only the nearest ones."""
        if len(word) < LEAST_NEAR or word.isdigit():
            return []
        most = 1 if len(word) < LEAST_FOR_TWO else 2
        close = extract(word, self._sorted, scorer=OSA.distance, score_cutoff=most, limit=MOST_WAYS)
        nearest = min((far for _known, far, _number in close), default=0)
        return [
            (known, far)
            for known, far, _number in close
            if far == nearest and not any(sign.isdigit() for sign in known)
        ]


def _most(ways):
    return dict(sorted(ways.items(), key=lambda way: -way[1])[:MOST_WAYS])
