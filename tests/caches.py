"""Everything that the site keeps between requests, emptied."""

from django.core.cache import cache, caches

from core import changes


def empty():
    cache.clear()
    caches["process"].clear()
    changes.expire()
