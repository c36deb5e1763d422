"""What every page needs is looked up once.

Within a request it is remembered; between requests it is cached until staff change it. A page of
the CMS starts from an empty memory, except for `cached_briefly`. A request that changes something
in the CMS, and code outside a request, read the database each time.
"""

import hashlib
import uuid
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.cache import cache
from django.db import transaction
from wagtail.models import Page, PageViewRestriction

SECONDS = 60  # limits the age where the changing process does not share our cache
GENERATION = "core.once.generation"
OF_STAFF = "core.once.generation.staff"  # changes with every post in the CMS

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


def once_per_request(name, find):
    """The result of `find()`, remembered under `name` until the request ends."""
    memory = _memory.get()
    if memory is None:
        return find()
    if name not in memory:
        memory[name] = find()
    return memory[name]


def cached(name, find):
    """As `once_per_request`, and cached for later requests until `forget`.

    For what staff rarely change. In the CMS it is only remembered for the request.
    """
    memory = _memory.get()
    if memory is None or not memory.uses_cache:
        return once_per_request(name, find)
    return cached_briefly(name, find)


def cached_briefly(name, find):
    """As `cached`, but in the CMS too: there it is dropped after a minute or any post of staff."""
    memory = _memory.get()
    if memory is None:
        return find()
    of = GENERATION if memory.uses_cache else OF_STAFF
    generation = once_per_request("generation", lambda: cache.get_or_set(of, _new, None))
    key = "core.once." + hashlib.sha256(f"{generation}{name}".encode()).hexdigest()
    return once_per_request(name, lambda: cache.get_or_set(key, find, SECONDS))


def forget(**_signal):
    """Drop everything cached, now and after the commit: in between, others may cache old values.

    The arguments are those of a signal.
    """
    _forget()
    transaction.on_commit(_forget)


def may_be_private():
    """Whether any part of the site is private; if not, pages need not check their restrictions."""
    return cached("private_pages", PageViewRestriction.objects.exists)


def is_translated():
    """Whether there is a published page in more than one language."""
    homes = Page.objects.live().filter(depth=2)
    return cached("translated", lambda: homes.values("locale").distinct().count() > 1)


def _forget():
    for generation in (GENERATION, OF_STAFF):
        cache.set(generation, _new(), None)
    if (memory := _memory.get()) is not None:
        memory.clear()


def _new():
    return uuid.uuid4().hex
