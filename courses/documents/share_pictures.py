"""The picture of a page for when somebody shares it: made here, once for the same facts.

A date shows its days, its town and its route; any other page its title. Pictures are kept as files
named after what is on them, at most MOST of them; whatever is missing is made again.
"""

import fcntl
import hashlib
import json
import os
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.utils import translation

from core.models import SiteSettings
from courses.documents import route, typesetting
from courses.reading.availability import Availability
from courses.values.days import join_words

MOST, KEPT_WHEN_FULL = 3000, 2500
AT_THE_END = [0.94]


def of_event(event):
    """The words of the picture of a date, in the language of its page."""
    days = [day for part in event.parts for day in part.days]
    called_off = event.availability is Availability.CALLED_OFF
    with translation.override(event.page.locale.language_code):
        return _words(
            above=event.course.title,
            heading=event.days_in_words or event.title,
            lines=1,
            below=join_words(event.places),
            stops=route.stops(days),
            state=str(Availability.CALLED_OFF.label) if called_off else "",
        )


def of_page(page, above=""):
    """The words of the picture of any other page; `above` is the title of the page above it."""
    return _words(above=above, heading=page.title, lines=3, below="", stops=AT_THE_END, state="")


def picture(words, language):
    """(bytes of a PNG of 1200 x 630, name that changes with what is on it)."""
    name = _name(words, language)
    folder = Path(settings.SHARE_PICTURES_ROOT)
    path = folder / f"{name}.png"
    if (found := _read(path)) is not None:
        return found, name
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):  # one picture at a time, and each only once, in whatever process
        if (found := _read(path)) is not None:
            return found, name
        made = typesetting.png("share", words, language)
        _write(path, made)
        _make_room(folder)
    return made, name


def _words(**words):
    return words | {
        "brand": SiteSettings.current().institute_name,
        "title": words["heading"],
        "author": SiteSettings.current().institute_name,
    }


def _name(words, language):
    facts = json.dumps([words, language], sort_keys=True).encode()
    return hashlib.sha256(facts + typesetting.source_of("share")).hexdigest()[:32]


def _read(path):
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _write(path, content):
    """All or nothing: nobody reads half a picture."""
    with NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        file.write(content)
    os.replace(file.name, path)


@contextmanager
def _alone(folder):
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make_room(folder):
    """Remove the oldest pictures when there are too many: they are made again when asked for."""
    kept = sorted(folder.glob("*.png"), key=lambda path: path.stat().st_mtime)
    if len(kept) > MOST:
        for path in kept[:-KEPT_WHEN_FULL]:
            path.unlink(missing_ok=True)
    for left in folder.glob("*.part"):  # of a process that was stopped while it wrote
        left.unlink(missing_ok=True)
