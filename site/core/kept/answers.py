"""An answer that is kept: its body in each coding, with the headers that belong to it."""

import gzip
import hashlib
import threading
from collections import OrderedDict
from contextlib import suppress

import brotli

COMPRESSED = ("text/", "application/xml", "application/json", "application/manifest+json")
TOO_SMALL = 500  # bytes that are sent as they are
BROTLI, GZIP = 5, 6  # 11 makes 10 % less, and takes longer than rendering the page
# Ours are set below, or are of one request.
DROPPED = ("vary", "etag", "content-length", "content-encoding", "x-request-id", "last-modified")
# For a cache in front of us; a browser asks each time, and gets a 304.
SHARED = "public, max-age=0, s-maxage=1, must-revalidate"


class Answer:
    """What was rendered under a `stamp`. `right_at` says when that stamp was last seen."""

    def __init__(self, stamp, headers, body, right_at):
        self.stamp = stamp
        self.right_at = right_at
        digest = hashlib.sha256(body).hexdigest()[:32]
        self.etag = f'W/"{digest}"'
        kept = [(name, value) for name, value in headers if name.lower() not in DROPPED]
        self._headers = [
            (name, SHARED if (name, value) == ("Cache-Control", "no-cache") else value)
            for name, value in kept
        ] + [("ETag", self.etag), ("Vary", "Accept-Encoding")]
        self.forms = {"": self._form("", body)}
        if len(body) >= TOO_SMALL and _content_type(headers).startswith(COMPRESSED):
            self.forms["br"] = self._form("br", brotli.compress(body, quality=BROTLI))
            self.forms["gzip"] = self._form("gzip", gzip.compress(body, GZIP, mtime=0))
        described = ("content-type", "content-disposition", "content-language")
        self.headers_304 = [row for row in self._headers if row[0].lower() not in described]
        self.size = sum(len(form[1]) for form in self.forms.values()) + 4_000  # headers, key

    def _form(self, coding, body):
        coded = [("Content-Encoding", coding)] if coding else []
        return [*self._headers, *coded, ("Content-Length", str(len(body)))], body

    def is_known_by(self, tags):
        """Whether an If-None-Match names this answer, in whatever coding it was sent."""
        known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return "*" in known or self.etag.removeprefix("W/") in known


class Store:
    """The answers of this process. The one that was asked for longest ago goes first."""

    def __init__(self, most_bytes):
        self.most_bytes = most_bytes
        self.size = 0
        self._answers = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key):
        answer = self._answers.get(key)
        if answer is not None:
            with suppress(KeyError):  # another thread has just removed it
                self._answers.move_to_end(key)
        return answer

    def put(self, key, answer):
        with self._lock:
            self._remove(key)
            self._answers[key] = answer
            self.size += answer.size
            while self.size > self.most_bytes:
                self._remove(next(iter(self._answers)))

    def remove(self, key):
        with self._lock:
            self._remove(key)

    def values(self):
        return list(self._answers.values())

    def _remove(self, key):
        if (answer := self._answers.pop(key, None)) is not None:
            self.size -= answer.size


def _content_type(headers):
    return next((value for name, value in headers if name.lower() == "content-type"), "")
