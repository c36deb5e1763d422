"""The first content in other languages: one PO file beside each content file of the source.

Segments of wagtail-localize are known by paths with ids of this database. Here a segment is known
by the names in its path and its text, so that one file serves every installation.
"""

import re

import polib
from wagtail_localize.segments import OverridableSegmentValue, StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from home.first_content import files

ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
WIDTH = 98


class Catalogue:
    """What one PO file says. Empty when there is none."""

    def __init__(self, language, name):
        self._file = files.CONTENT / language / f"{name}.po"
        found = polib.pofile(str(self._file), wrapwidth=WIDTH) if self._file.exists() else []
        self._texts = {(entry.msgctxt, entry.msgid): entry.msgstr for entry in found}

    def __bool__(self):
        return bool(self._texts)

    def text(self, path, source):
        """The translation of a segment; empty when there is none."""
        return self._texts.get((context(path), source), "")

    def fill(self, po):
        """Write what is known into the PO that wagtail-localize exported."""
        for entry in po:
            entry.msgstr = self.text(entry.msgctxt, entry.msgid)
        return po

    def follow(self, instances):
        """Bring the file in line with the source: new segments are empty.

        What was translated and is gone stays in it as obsolete, and is there again when its source
        is: the content of this database may be older than the file.
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
    """A link that somebody typed as a path: it stays the Dutch page unless it is translated."""
    return isinstance(value, str) and value.startswith("/")


def _segments(instance):
    for segment in extract_segments(instance):
        if isinstance(segment, StringSegmentValue):
            yield context(segment.path), segment.string.data
        elif isinstance(segment, OverridableSegmentValue) and is_own_link(segment.data):
            yield context(segment.path), segment.data
