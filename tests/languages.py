"""Finds words in the wrong language.

The vocabularies come from our own catalogues: a word in a Dutch text of the site and in no English
text is Dutch, and the other way round. So a new translation extends the vocabulary by itself.
"""

import re
import tomllib
from functools import cache
from pathlib import Path

import polib
from bs4 import BeautifulSoup
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
# Words of one language, whatever the catalogues say: names put some of them in both vocabularies.
ALWAYS = {
    "nl": "de het een en van voor niet ook uw wij bij naar met worden wordt hebt kunt deze dit "
    "maar als er dat die uit aan nog geen meer ons onze veld vul kies verplicht fout",
    "en": "the you your and with this that please are not for from have has which what our us "
    "it be by if when field enter required select choose valid",
}
# Text that is the same in both languages: names, examples of Dutch names, short codes.
NAMES = re.compile(
    "|".join(
        (
            r"De Stokte|De Kroonsteen|De verademing|Simon van Woerkom|Martin van Zeil|Van Woerkom",
            r"Runningtherapie(\.nl|-nederland)?",
            r" – het standaardwerk voor lopers en professionals",
            r"Stichting Running Therapie Nederland|Bewegen voor beginners|runningtherapeut",
            r"Centraal Kwaliteitsregister|Autoriteit Persoonsgegevens",
            r"“van” or “de”|stepped care",
            r"\b[A-Z]{2,}\d*\b",
        )
    )
)
NO_WORDS = re.compile(  # placeholders, tags, addresses, codes, entities
    r"%\(\w+\)[sd]|\{\w*\}|<[^>]*>|\S+@\S+|\S*(?:/|\w\.\w{2,}\b)\S*|\S*\d\S*|&\w+;"
)
WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
READ_ATTRIBUTES = ("alt", "aria-label", "placeholder", "title", "data-label")
BLOCKS = [
    "p",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "dt",
    "dd",
    "td",
    "th",
    "label",
    "legend",
    "summary",
    "button",
    "option",
    "title",
    "a",
]
META = 'meta[name="description"], meta[property="og:title"], meta[property="og:description"]'


def foreign_words(text, language):
    """The words of `text` that belong to the other language, sorted, each once."""
    text = NAMES.sub(" ", text.replace("\N{SOFT HYPHEN}", ""))
    words = set(_words(text))
    return sorted(words & _only("en" if language == "nl" else "nl"))


def foreign_words_by_text(html, language):
    """{text: its foreign words} of a page. Text marked with another `lang` is skipped."""
    soup = BeautifulSoup(html, "html.parser")
    for skipped in soup.select("script, style, [lang]:not(html)"):
        if skipped.name in ("script", "style") or skipped["lang"] != language:
            skipped.decompose()
    found = {text: foreign_words(text, language) for text in _texts(soup)}
    return {text: words for text, words in found.items() if words}


def _texts(soup):
    for meta in soup.select(META):
        yield meta["content"]
    for tag in soup.find_all(True):
        yield from (tag[name] for name in READ_ATTRIBUTES if tag.get(name))
        if tag.name in BLOCKS:
            yield " ".join(tag.get_text(" ").split())
            tag.clear()
    yield from (" ".join(text.split()) for text in soup.stripped_strings)


@cache
def _only(language):
    """The words of this language that the other does not have."""
    other = "en" if language == "nl" else "nl"
    return _vocabulary(language) - _vocabulary(other) - set(ALWAYS[other].split()) | set(
        ALWAYS[language].split()
    )


@cache
def _vocabulary(language):
    texts = list(_mail_texts(language))
    for entry in _entries(_catalogues()):
        texts += [entry.msgid, entry.msgid_plural] if language == "en" else _translations_of(entry)
    for entry in _entries((ROOT / "home/content/en").rglob("*.po")):
        texts += [entry.msgid] if language == "nl" else [entry.msgstr]
    if language == "nl":
        texts += _content_texts()
    return {word for text in texts for word in _words(NAMES.sub(" ", text))}


def _catalogues():
    for folder in (ROOT, ROOT / "site"):
        yield from folder.glob("*/locale/nl/LC_MESSAGES/django.po")


def _words(text):
    return [word.lower() for word in WORD.findall(NO_WORDS.sub(" ", text)) if len(word) > 1]


def _entries(catalogues):
    return [entry for path in catalogues for entry in polib.pofile(str(path))]


def _translations_of(entry):
    return [entry.msgstr, *entry.msgstr_plural.values()]


def _mail_texts(language):
    return [path.read_text() for path in ROOT.glob(f"*/mails/texts/*.{language}.txt")]


def _content_texts():
    for path in (ROOT / "home/content/nl").rglob("*.toml"):
        yield from _strings(tomllib.loads(path.read_text()))


def _strings(data):
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list):
        for value in data.values() if isinstance(data, dict) else data:
            yield from _strings(value)
