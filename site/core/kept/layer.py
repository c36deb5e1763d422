"""The WSGI layer around the site that gives what is kept."""

import logging
import threading
import time
from contextlib import closing, contextmanager

from django.conf import settings
from django.db import connection

from core import changes, logs
from core.kept import KEEP
from core.kept.answers import Answer, Store
from core.kept.requests import clean, coding_of, is_plain, key_of

MOST_BYTES = 32 * 1024 * 1024
LARGEST = 2 * 1024 * 1024
BEHIND_SECONDS = 0.9  # how old the truth may be that a reader gets
WITHOUT_DATABASE_SECONDS = 60
WAIT_SECONDS = 20  # for somebody else who renders the same page
MOST_NEVER = 4096

request_log = logging.getLogger("request")


class KeptPages:
    """Answers from memory what `core.kept.keep` allows, and passes on all other requests.

    One thread renders a page. The others get the old copy, until BEHIND_SECONDS after it was last
    known to be right; then they wait.
    """

    def __init__(self, site):
        self._site = site
        self.store = Store(MOST_BYTES)
        self._never = set()  # hashes of keys whose answer may not be kept, of one stamp
        self._never_stamp = None
        self._renderers = {}  # {key: (lock, number of threads that use it)}
        self._renderers_lock = threading.Lock()

    def __call__(self, environ, start_response):
        key = key_of(environ)
        if key is None:
            return self._site(environ, start_response)
        started = time.perf_counter()
        known_at = changes.stamp_known_at()
        try:
            stamp = _stamp()
        except changes.UnknownError:
            answer = self._without_database(key)
        else:
            answer = self.store.get(key)
            if answer is None or answer.stamp != stamp:
                return self._anew(key, stamp, answer, environ, start_response, started)
            answer.right_at = known_at
        if answer is None:
            return self._site(environ, start_response)
        return _give(answer, environ, start_response, started)

    def _without_database(self, key):
        if time.monotonic() - changes.stamp_known_at() < WITHOUT_DATABASE_SECONDS:
            return self.store.get(key)
        return None

    def _anew(self, key, stamp, old, environ, start_response, started):
        """Render it, or wait for who does, or give the old copy meanwhile."""
        if old is None and (self._is_never(key, stamp) or not is_plain(environ)):
            return self._site(environ, start_response)
        answer = None
        with self._renderer(key) as lock:
            may_be_old = _is_recent(old)
            if lock.acquire(timeout=0 if may_be_old else WAIT_SECONDS):
                try:
                    answer = self.store.get(key)
                    is_new = answer is not old and (_is_recent(answer) or _is_right(answer))
                    if not is_new and not self._is_never(key, stamp):
                        return self._render(key, environ, start_response)
                finally:
                    lock.release()
            elif may_be_old:
                answer = old
        if answer is None:
            return self._site(environ, start_response)
        return _give(answer, environ, start_response, started)

    def _render(self, key, environ, start_response):
        """Ask the site as nobody, and keep what it says if it may be kept."""
        right_at = time.monotonic()
        try:
            stamp = _stamp(fresh=True)  # before rendering: what changes meanwhile is rendered anew
        except changes.UnknownError:
            return self._site(environ, start_response)
        inner, said = clean(environ), []
        response = self._site(inner, lambda *status_and_headers: said.append(status_and_headers))
        status, headers = said[0][:2]
        if not _may_be_kept(inner, status, headers, response):
            self.store.remove(key)
            self._never_again(key, stamp)
            if is_plain(environ):
                start_response(status, headers)
                return response
            response.close()
            return self._site(environ, start_response)
        with closing(response):
            body = b"".join(response)
        answer = Answer(stamp, headers, body, right_at)
        self.store.put(key, answer)
        request_id = next(value for name, value in headers if name == "X-Request-ID")
        return _give(answer, environ, start_response, request_id=request_id)

    @contextmanager
    def _renderer(self, key):
        """The lock of whoever renders this page; gone when nobody uses it any more."""
        with self._renderers_lock:
            lock, users = self._renderers.get(key, (threading.Lock(), 0))
            self._renderers[key] = lock, users + 1
        try:
            yield lock
        finally:
            with self._renderers_lock:
                lock, users = self._renderers.pop(key)
                if users > 1:
                    self._renderers[key] = lock, users - 1

    def _is_never(self, key, stamp):
        return self._never_stamp == stamp and hash(key) in self._never

    def _never_again(self, key, stamp):
        """Until something changes. Only hashes are kept: an address may hold somebody's token."""
        if self._never_stamp != stamp or len(self._never) >= MOST_NEVER:
            self._never, self._never_stamp = set(), stamp
        self._never.add(hash(key))


def _stamp(fresh=False):
    """`changes.stamp`, on a connection that is looked after: no request of Django's does it."""
    if not fresh and changes.is_known():
        return changes.stamp()
    _look_after_connection()
    try:
        return changes.stamp(fresh)
    finally:
        _look_after_connection()


def _look_after_connection():
    if not connection.in_atomic_block:  # as in a test
        connection.close_if_unusable_or_obsolete()


def _is_recent(answer):
    return answer is not None and time.monotonic() - answer.right_at < BEHIND_SECONDS


def _is_right(answer):
    """Whether nothing has changed since it was rendered, which may have taken long."""
    try:
        return answer is not None and answer.stamp == _stamp()
    except changes.UnknownError:
        return False


def _may_be_kept(environ, status, headers, response):
    """Whether the view said so, and nothing in its answer contradicts it."""
    named = {name.lower(): value.lower() for name, value in headers}
    cache_control = named.get("cache-control", "")
    return (
        KEEP in environ
        and status.startswith("200 ")
        and "CSRF_COOKIE" not in environ  # a form with a token was rendered
        and "set-cookie" not in named
        and not any(word in cache_control for word in ("private", "no-store"))
        and "content-encoding" not in named
        and not getattr(response, "streaming", True)
        and len(response.content) <= LARGEST
    )


def _give(answer, environ, start_response, started=None, request_id=None):
    coding = coding_of(environ.get("HTTP_ACCEPT_ENCODING", ""))
    is_hit = request_id is None
    if is_hit:
        given = environ.get("HTTP_X_REQUEST_ID", "") if settings.TRUST_PROXY else ""
        request_id = logs.id_for(given)
    own = ("X-Request-ID", request_id)
    tags = environ.get("HTTP_IF_NONE_MATCH")
    if tags and answer.is_known_by(tags):
        code = 304
        start_response("304 Not Modified", [*answer.headers_304, own])
        body = []
    else:
        code = 200
        headers, content = answer.forms.get(coding) or answer.forms[""]
        start_response("200 OK", [*headers, own])
        body = [] if environ["REQUEST_METHOD"] == "HEAD" else [content]
    if is_hit:
        _log(environ, code, request_id, started)
    return body


def _log(environ, code, request_id, started):
    """The line that core.middleware.RequestLog writes of other requests."""
    token = logs.request_id.set(request_id)
    try:
        ms = round((time.perf_counter() - started) * 1000)
        facts = {"status": code, "ms": ms, "cached": True}
        path = environ["PATH_INFO"].encode("latin-1").decode(errors="replace")
        request_log.info("%s %s", environ["REQUEST_METHOD"], path, extra={"facts": facts})
    finally:
        logs.request_id.reset(token)
