"""“Words on the site”: sentences in the code that are the institute's own, which staff reword.

An app registers each with a lasting key and its English source text. Whoever shows the sentence
asks for its translation as for any other: within a request or a job of the worker, what staff wrote
comes before the catalogues. So templates, forms, mails and papers need nothing else. What is
empty by default has no source text, and is asked for by `own`.
"""

import logging
import re
from collections.abc import Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache

from django.apps import apps
from django.conf import settings
from django.core.checks import Error
from django.core.checks import register as register_check
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.utils import translation
from django.utils.translation import get_language, trans_real
from django.utils.translation import gettext as _

from core import placeholders
from core.logs import class_and_place
from core.once import cached

CONTEXT_END = "\x04"  # between the context of a message and the message, in catalogues
PYTHON_PLACEHOLDER = re.compile(r"%\(([a-z][a-z0-9_]*)\)s")
MARKUP = re.compile(r'[<>"%]')  # templates trust their own sentences

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sentence:
    key: str
    source: str  # the message in the code; empty: empty by default
    where: str  # where readers find it, for staff
    context: str = ""

    @property
    def message(self):
        return f"{self.context}{CONTEXT_END}{self.source}" if self.context else self.source

    @property
    def placeholders(self):
        return tuple(dict.fromkeys(PYTHON_PLACEHOLDER.findall(self.source)))

    def default(self, language):
        """The sentence of the catalogue, with placeholders as staff write them."""
        if not self.source:
            return ""
        with _without_own(), translation.override(language):
            text = (
                translation.pgettext(self.context, self.source) if self.context else _(self.source)
            )
        return PYTHON_PLACEHOLDER.sub(r"{\1}", text)

    def check(self, text):
        """Raise a ValidationError for a text that cannot take the place of the sentence."""
        if MARKUP.search(text):
            raise ValidationError(
                _("Write it without < > % and straight double quotes; “curly ones” are fine.")
            )
        unknown = placeholders.others_than(self.placeholders, text)
        if unknown or placeholders.has_stray_brace(text):
            choice = placeholders.in_words(self.placeholders, none=_("none"))
            raise ValidationError(
                _("Only these are filled in here, each typed in one go: %(choice)s.")
                % {"choice": choice}
            )


sentences: dict[str, Sentence] = {}
_keys: dict[str, str] = {}  # {message: key}
_words = ContextVar("words", default=None)


def register(where, texts: Mapping[str, str], *, context=""):
    """Register {key: source text} of sentences that are shown in the same place.

    Raises ValueError if a key or a text is taken.
    """
    for key, source in texts.items():
        sentence = Sentence(key, source, where, context)
        if key in sentences or sentence.message in _keys:
            raise ValueError(f"The sentence {key!r} exists already.")
        sentences[key] = sentence
        if source:
            _keys[sentence.message] = key


def own(key, language=None):
    """What staff wrote for a sentence that is empty by default; mostly an empty string."""
    return _own_words().get((key, language or get_language()), "")


class InUse:
    """Middleware: what staff wrote is used while a request is answered."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with in_use():
            return self.get_response(request)


@contextmanager
def in_use():
    """A block in which what staff wrote takes the place of our sentences, read when needed."""
    token = _words.set({})
    try:
        yield
    finally:
        _words.reset(token)


@contextmanager
def _without_own():
    token = _words.set(None)
    try:
        yield
    finally:
        _words.reset(token)


def _own_words():
    """{(key, language): text} that staff wrote; nothing outside `in_use`."""
    holder = _words.get()
    if holder is None:
        return {}
    if "found" not in holder:
        holder["found"] = {}  # a message that the query itself needs does not ask again
        try:
            holder["found"] = cached("site words", _find)
        except DatabaseError as error:  # an error page in a broken transaction
            logger.warning("Words of staff cannot be read: %s", class_and_place(error))
            return {}
    return holder["found"]


def _find():
    rows = apps.get_model("core.SiteWord").objects.values_list("key", "language", "text")
    return {(key, language): text for key, language, text in rows}


class _Catalogue(dict):
    """The first catalogue of a language: what staff wrote, under the message in the code."""

    def __init__(self, language):
        super().__init__()
        self.language = language

    def get(self, message, default=None):
        key = _keys.get(message)
        text = key and _own_words().get((key, self.language))
        return placeholders.PLACEHOLDER.sub(r"%(\1)s", text) if text else default

    def copy(self):
        return self


@lru_cache
def install():
    """Put a catalogue of staff's words before the others of each language."""
    for language, _name in settings.LANGUAGES:
        catalogues = trans_real.translation(language)._catalog
        catalogues._catalogs.insert(0, _Catalogue(language))
        catalogues._plurals.insert(0, catalogues._plurals[0])


@register_check()
def catalogues_are_as_expected(app_configs, **kwargs):
    """Whether Django still looks through a list of catalogues, the first one first."""
    for language, _name in settings.LANGUAGES:
        catalogues = getattr(trans_real.translation(language)._catalog, "_catalogs", [None])
        if not isinstance(catalogues[0], _Catalogue):
            message = "Words on the site do not work: Django keeps its catalogues in another way."
            return [Error(message, id="core.E009")]
    return []
