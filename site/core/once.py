"""What every page asks for is looked up once.

Within a request it is remembered, and from request to request it is kept in the cache until staff
change it. A page of the CMS begins anew, and what changes something there remembers nothing; nor
does what runs outside a request.
"""

import hashlib
import uuid
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.cache import cache
from django.db import transaction
from wagtail.models import Page, PageViewRestriction

SECONDS = 60  # for a cache that the process which made the change does not share
GENERATION = "core.once.generation"
OF_STAFF = "core.once.generation.staff"  # anew after whatever staff send, so that a list is true

_memory = ContextVar("memory", default=None)


class Memory(dict):
    def __init__(self, uses_cache):
        super().__init__()
        self.uses_cache = uses_cache


class OncePerRequest:
    """Middleware: begins and ends what is remembered."""

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
    """For a stretch in which nothing is changed: what is asked twice in it is looked up once.

    Without the cache nothing in it is older than the stretch.
    """
    token = _memory.set(Memory(uses_cache))
    try:
        yield
    finally:
        _memory.reset(token)


def is_remembering():
    """Whether this code runs within a request, or within a stretch of `remembering`."""
    return _memory.get() is not None


def once(name, find):
    """The result of `find`, remembered until the request ends."""
    memory = _memory.get()
    if memory is None:
        return find()
    if name not in memory:
        memory[name] = find()
    return memory[name]


def kept(name, find):
    """As `once`, and kept for the next requests until `forget`. For what staff rarely change."""
    memory = _memory.get()
    if memory is None or not memory.uses_cache:
        return once(name, find)
    return lately(name, find)


def lately(name, find):
    """As `kept`, in the CMS too: there it is a minute old at most, or since staff did something."""
    memory = _memory.get()
    if memory is None:
        return find()
    of = GENERATION if memory.uses_cache else OF_STAFF
    generation = once("generation", lambda: cache.get_or_set(of, _new, None))
    key = "core.once." + hashlib.sha256(f"{generation}{name}".encode()).hexdigest()
    return once(name, lambda: cache.get_or_set(key, find, SECONDS))


def forget(**_signal):
    """Staff changed something: at once for who looks now, and again when it is really written."""
    _forget()
    transaction.on_commit(_forget)


def may_be_private():
    """Whether staff closed any part of the site; if not, nobody has to look which."""
    return kept("private_pages", PageViewRestriction.objects.exists)


def is_translated():
    """Whether there is a published page in more than one language."""
    homes = Page.objects.live().filter(depth=2)
    return kept("translated", lambda: homes.values("locale").distinct().count() > 1)


def _forget():
    for generation in (GENERATION, OF_STAFF):
        cache.set(generation, _new(), None)
    if (memory := _memory.get()) is not None:
        memory.clear()


def _new():
    return uuid.uuid4().hex
