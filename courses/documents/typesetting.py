"""Sets documents as tagged PDF (PDF/UA-1) in the house style.

Beside this module each kind of document has its own, with a function that takes facts (what a JSON
file could hold) and a language, and returns the bytes of a PDF. There facts become words in that
language; `typst/*.typ` only sets them. The words travel as JSON, so nothing that a person typed can
ever become markup.
"""

import io
import json
import logging
import unicodedata
from datetime import date
from functools import cache
from pathlib import Path

import segno
import typst
from django.utils import formats

FOLDER = Path(__file__).parent / "typst"
NO_GLYPH = "could not be displayed"  # what typst says when none of the fonts has a letter

logger = logging.getLogger(__name__)


def pdf(document, words, language):
    """The bytes of `typst/<document>.typ` set with these words.

    `words` are ready to read, in that language; every document needs a `title` and an `author`.
    """
    words |= {"language": language, "title": " ".join(words["title"].split())}
    source, inputs = FOLDER / f"{document}.typ", {"data": _as_json(words)}
    try:
        return _compile(source, inputs, standards=["ua-1"])
    except typst.TypstError as error:
        if NO_GLYPH not in str(error):
            raise
    # PDF/UA forbids a letter that no font has. A document with a box is better than none.
    logger.warning("A letter of this %s is in none of our fonts; made without PDF/UA", document)
    return _compile(source, inputs, standards=[])


def png(document, words, language):
    """The bytes of a picture: `typst/<document>.typ` set with these words, one pixel a point.

    A letter that none of our fonts has is a box in it.
    """
    inputs = {"data": _as_json(words | {"language": language})}
    return typst.compile(
        str(FOLDER / f"{document}.typ"),
        root=str(FOLDER),
        font_paths=_fonts(),
        sys_inputs=inputs,
        format="png",
        ppi=72,
    )


def source_of(document):
    """What the look of a document depends on, besides its words, as bytes."""
    return b"".join((FOLDER / f"{name}.typ").read_bytes() for name in ("house", document))


def has_letters_for(text):
    """Whether our fonts have every letter of this text. Else a document shows boxes instead."""
    words = {"title": "?", "author": "", "language": "nl", "text": text}
    try:
        _compile(FOLDER / "letters.typ", {"data": _as_json(words)}, standards=["ua-1"])
    except typst.TypstError as error:
        if NO_GLYPH not in str(error):
            raise
        return False
    return True


def day_in_words(iso):
    """“2027-01-14” as “14 januari 2027”, in the active language."""
    return formats.date_format(date.fromisoformat(iso), "j F Y")


def shown_url(url):
    """A URL as people write it: without the protocol and the last slash."""
    return url.partition("://")[2].rstrip("/")


def qr_code(url):
    """A QR code that leads to this URL, as the text of an SVG image."""
    picture = io.BytesIO()
    segno.make(url, error="m", micro=False).save(
        picture, kind="svg", border=0, dark="#17362a", light=None, xmldecl=False
    )
    return picture.getvalue().decode()


def filled_rows(*pairs):
    """Those of the pairs (label, value) that have a value, as lists."""
    return [[label, value] for label, value in pairs if value]


def filled(*texts):
    """Those of the texts that are not empty."""
    return [text for text in texts if text]


def _as_json(words):
    # Composed, as fonts have them: “ễ” as one letter, not as three.
    return unicodedata.normalize("NFC", json.dumps(words, ensure_ascii=False))


def _compile(source, inputs, *, standards):
    return typst.compile(
        str(source),
        root=str(FOLDER),
        font_paths=_fonts(),
        sys_inputs=inputs,
        pdf_standards=standards,
    )


@cache
def _fonts():
    """Read once. Only our own fonts, so that a document looks the same on every machine."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FOLDER / "fonts")])
