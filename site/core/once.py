"""What every page needs is looked up once.

Within a request it is remembered; between requests it is kept in the process, pickled, until the
version of the content changes (`core.changes`). A page of the CMS starts from an empty memory,
except for `cached_briefly`. A request that changes something in the CMS, and code outside a
request, read the database each time.
"""

import hashlib
import re
import uuid
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.cache import cache, caches
from wagtail.models import Page, PageViewRestriction

from core import changes

SECONDS = 60  # limits the age of what changed behind the back of `core.changes`
OF_STAFF = "core.once.generation.staff"  # changes with every post in the CMS
NO_CHANGE = re.compile(r"/admin/(editing-sessions/|pages/\d+/edit/)")  # as drafts; else see signals

_memory = ContextVar("memory", default=None)


class Memory(dict):
    def __init__(self, uses_cache):
        super().__init__()
        self.uses_cache = uses_cache


class OncePerRequest:
    """Middleware: each request has a memory of its own."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        is_staff = request.path_info.startswith(("/admin/", "/account/"))
        if is_staff and request.method not in ("GET", "HEAD"):
            response = self.get_response(request)
            cache.set(OF_STAFF, _new(), None)
            if request.path_info.startswith("/admin/") and not NO_CHANGE.match(request.path_info):
                changes.note()  # for what no signal tells
            return response
        with remembering(uses_cache=not is_staff):
            return self.get_response(request)


@contextmanager
def remembering(uses_cache=True):
    """A block in which each thing is looked up once; nothing may be changed in it.

    Without the cache, nothing that is read in it is older than the block.
    """
    token = _memory.set(Memory(uses_cache))
    try:
        yield
    finally:
        _memory.reset(token)


def is_remembering():
    """Whether this code runs within a request, or within a `remembering` block."""
    return _memory.get() is not None


def is_keeping():
    """Whether what is `cached` now is kept for later requests, too."""
    memory = _memory.get()
    return memory is not None and memory.uses_cache


def once_per_request(name, find):
    """The result of `find()`, remembered under `name` until the request ends."""
    memory = _memory.get()
    if memory is None:
        return find()
    if name not in memory:
        memory[name] = find()
    return memory[name]


def cached(name, find):
    """As `once_per_request`, and kept for later requests until content changes.

    For what staff rarely change. In the CMS it is only remembered for the request.
    """
    return once_per_request(name, lambda: _kept(name, find) if is_keeping() else find())


def cached_briefly(name, find):
    """As `cached`, but in the CMS too: there it is dropped after a minute or any post of staff."""
    if is_keeping() or not is_remembering():
        return cached(name, find)
    generation = once_per_request("generation", lambda: cache.get_or_set(OF_STAFF, _new, None))
    key = "core.once." + hashlib.sha256(f"{generation}{name}".encode()).hexdigest()
    return once_per_request(name, lambda: cache.get_or_set(key, find, SECONDS))


def may_be_private():
    """Whether any part of the site is private; if not, pages need not check their restrictions."""
    return cached("private_pages", PageViewRestriction.objects.exists)


def is_translated():
    """Whether there is a published page in more than one language."""
    homes = Page.objects.live().filter(depth=2)
    return cached("translated", lambda: homes.values("locale").distinct().count() > 1)


def _kept(name, find):
    try:
        version = once_per_request("version", changes.version)
    except changes.UnknownError:
        return find()
    key = hashlib.sha256(f"{version} {name}".encode()).hexdigest()
    return caches["process"].get_or_set(key, find, SECONDS)


def _forget(**_signal):
    if (memory := _memory.get()) is not None:
        memory.clear()
    cache.set(OF_STAFF, _new(), None)


def _new():
    return uuid.uuid4().hex


changes.noted.connect(_forget)
