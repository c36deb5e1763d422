"""Words as the index compares them: without case and accents, as stems, with compounds taken apart.

The stems are those of the Snowball project. A language without its stemmer is searched by its words
and their beginnings.
"""

import re
from functools import cache
from pathlib import Path

import snowballstemmer

from core.folding import fold

STEMMERS = {"nl": "dutch", "en": "english", "de": "german", "fr": "french"}
WORD = re.compile(r"\w+(?:[-‐–]\w+)*")
THOUSANDS = re.compile(r"(?<=\d)[.,](?=\d{3}\b)")
LEAST_PART = 4  # letters of a part of a compound: a shorter one is found everywhere
COMMON = Path(__file__).parent / "common_words"  # a file per language
LINKS = ("", "s", "e", "en", "n")  # between the parts of a Dutch compound


def words_of(text):
    """The words of a text in order. “re-integratie” is three: its parts, and both as one."""
    text = THOUSANDS.sub("", fold(text).replace("'s", "").replace("'", ""))
    found = []
    for word in WORD.findall(text):
        parts = [part for part in re.split(r"[\W_]+", word) if part]
        found += parts
        if len(parts) > 1:
            found.append("".join(parts))
    return found


def is_common(word, language):
    """Whether every sentence has this word. A query of nothing else is looked for as it is."""
    return word in _common(language)


def stem_of(word, language):
    return _stemmer(language)(word)


def parts_of(word, knows):
    """The parts of a compound that it `knows` all, as few as possible; none if there are not.

    `knows(part)` says whether a part is a word of the site, in whatever form.
    """
    for start in range(len(word) - LEAST_PART, LEAST_PART - 1, -1):
        head, rest = _without_link(word[:start], knows), word[start:]
        if head and knows(rest):
            return [head, rest]
        if head and (more := parts_of(rest, knows)):
            return [head, *more]
    return []


def _without_link(first, knows):
    for link in LINKS:
        head = first.removesuffix(link)
        if len(head) >= LEAST_PART and first.endswith(link) and knows(head):
            return head
    return ""


@cache
def _stemmer(language):
    name = STEMMERS.get(language)
    if name is None:
        return str
    return cache(snowballstemmer.stemmer(name).stemWord)


@cache
def _common(language):
    path = COMMON / f"{language}.txt"
    return frozenset(path.read_text().split()) if path.exists() else frozenset()
