"""The first content in other languages: one PO file for each content file of the source language.

wagtail-localize identifies a segment by a path with ids of this database. Here a segment is
identified by the names in its path and its text, so that one file serves every installation.
"""

import re

import polib
from wagtail_localize.segments import OverridableSegmentValue, StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from home.first_content import files

ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
WIDTH = 98


class Catalogue:
    """The translations in one PO file; empty, and false, if there is no such file."""

    def __init__(self, language, name):
        self._file = files.CONTENT / language / f"{name}.po"
        found = polib.pofile(str(self._file), wrapwidth=WIDTH) if self._file.exists() else []
        self._texts = {(entry.msgctxt, entry.msgid): entry.msgstr for entry in found}

    def __bool__(self):
        return bool(self._texts)

    def text(self, path, source):
        """The translation of a segment, or ""."""
        return self._texts.get((context(path), source), "")

    def fill(self, po):
        """Fill in a PO object that wagtail-localize exported, and return it."""
        for entry in po:
            entry.msgstr = self.text(entry.msgctxt, entry.msgid)
        return po

    def update_from(self, instances):
        """Rewrite the file with the segments of these pages or snippets; new ones are empty.

        A translation whose source is gone stays in the file as obsolete, and is used again if its
        source returns: the content of this database may be older than the file.
        """
        po = polib.POFile(wrapwidth=WIDTH)
        po.metadata = {"Content-Type": "text/plain; charset=utf-8", "MIME-Version": "1.0"}
        found = dict.fromkeys(key for instance in instances for key in _segments(instance))
        gone = [key for key, text in self._texts.items() if text and key not in found]
        for key in [*found, *gone]:
            text = self._texts.get(key, "")
            entry = polib.POEntry(msgctxt=key[0], msgid=key[1], msgstr=text)
            entry.obsolete = key not in found
            po.append(entry)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        po.save(str(self._file))


def context(path):
    """“body.<id>.heading” without the id; a link within rich text is “body.link”."""
    names = [name for name in path.split("'")[0].split(".") if name and not ID.fullmatch(name)]
    return ".".join([*names, "link"] if "'" in path else names)


def is_own_link(value):
    """Whether it is a link typed as a path; it leads to the Dutch page unless it is translated."""
    return isinstance(value, str) and value.startswith("/")


def _segments(instance):
    for segment in extract_segments(instance):
        if isinstance(segment, StringSegmentValue):
            yield context(segment.path), segment.string.data
        elif isinstance(segment, OverridableSegmentValue) and is_own_link(segment.data):
            yield context(segment.path), segment.data
