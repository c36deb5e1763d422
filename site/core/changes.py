"""Whether anything that readers see has changed: every process knows it within a moment.

Whoever changes content adds a row in the same transaction (`note`), so a crash loses none, and a
worker, another machine or a Redis that is away are no special case. Rows instead of one number to
raise: nobody waits for anybody, and no order of locks can be wrong. What changes by itself, or in
bulk, is asked for instead (`also_asks`): the words that a date says of its places, and the day.

Each process asks at most every CHANGES_ASKED_EVERY seconds.
"""

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import Count, Sum
from django.db.models.signals import post_delete, post_save
from django.dispatch import Signal
from django.utils import timezone
from wagtail import signals
from wagtail.models import Page

LATEST = 0.9  # seconds after which nobody is answered from what was known before
KEPT = timedelta(days=1)  # far longer than any transaction

noted = Signal()  # in the process and the transaction of the change
_watched: set[type] = set()
_also: list[Callable[[], object]] = []


class UnknownError(Exception):
    """The database could not be asked."""


class Asked:
    """An answer of the database that may be a moment old, shared by the threads of a process."""

    def __init__(self, find):
        self._find = find
        self._lock = threading.Lock()
        self._value = None
        self._as_of = self._failed = float("-inf")
        self.known_at = float("-inf")  # when the answer was last right, in `time.monotonic`

    def value(self):
        """The answer, at most CHANGES_ASKED_EVERY seconds old, or LATEST while another thread asks.

        Raises UnknownError.
        """
        if self.is_known:
            return self._value
        is_failing = self._failed > self._as_of
        waits = time.monotonic() - self._as_of > LATEST and not is_failing
        if not self._lock.acquire(blocking=waits):
            if is_failing:
                raise UnknownError
            return self._value
        try:
            return self._value if self.is_known else self._ask()
        finally:
            self._lock.release()

    @property
    def is_known(self):
        return time.monotonic() - self._as_of < settings.CHANGES_ASKED_EVERY

    def fresh(self):
        """The answer of this moment. Raises UnknownError."""
        with self._lock:
            return self._ask()

    def expire(self):
        """Ask again at the next opportunity."""
        self._as_of = self._failed = float("-inf")

    def _ask(self):
        started = time.monotonic()
        if started - self._failed < settings.CHANGES_ASKED_EVERY:
            raise UnknownError
        try:
            self._value = self._find()
        except (DatabaseError, InterfaceError) as error:
            if not connection.in_atomic_block:  # else it may be this transaction that is broken
                self._failed = time.monotonic()
            raise UnknownError from error
        self._as_of = self.known_at = started
        return self._value


def version():
    """Differs after every change of content. Raises UnknownError.

    A transaction that has changed content itself sees so, and nobody else before it ends.
    """
    if not _has_noted():
        return _version.value()
    if connection.own_version is None:
        connection.own_version = _find_version()
    return connection.own_version


def stamp(fresh=False):
    """Differs after anything changed that a page may show. Raises UnknownError."""
    ask = Asked.fresh if fresh else Asked.value
    return ask(_version), ask(_words)


def is_known():
    """Whether `stamp` can be told without asking the database."""
    return _version.is_known and _words.is_known


def stamp_known_at():
    """When `stamp` was last known, in `time.monotonic`."""
    return min(_version.known_at, _words.known_at)


def note(**_signal):
    """Write down, in this transaction, that readers see something else. A receiver of signals."""
    _rows().create(mark=secrets.randbits(31))
    if connection.in_atomic_block:
        connection.noted_in, connection.own_version = connection.atomic_blocks[0], None
    noted.send(None)
    _version.expire()
    transaction.on_commit(_version.expire)


def watch(*models):
    """Note whenever a row of these models is saved or deleted. Live pages are watched anyway."""
    _watched.update(models)


def also_asks(find):
    """Part of every `stamp` is what `find()` returns, a tuple of plain values."""
    _also.append(find)


def forget_old():
    """Remove the rows that every process has seen long since."""
    _rows().filter(at__lt=timezone.now() - KEPT).delete()


def expire():
    """Ask again for everything at the next opportunity."""
    _version.expire()
    _words.expire()


def install():
    """Watch pages: published, gone, moved, renamed. A draft that is saved changes nothing."""
    post_save.connect(_saved)
    post_delete.connect(_deleted)
    for change in (
        signals.page_published,
        signals.page_unpublished,
        signals.post_page_move,
        signals.page_slug_changed,
    ):
        change.connect(note)


def _saved(sender, instance, update_fields=None, **_signal):
    is_shown = instance.live and not update_fields if isinstance(instance, Page) else False
    if is_shown or sender in _watched:
        note()


def _deleted(sender, instance, **_signal):
    if sender in _watched or isinstance(instance, Page):
        note()


def _has_noted():
    """Whether this transaction has changed content."""
    return connection.in_atomic_block and connection.atomic_blocks[0] is getattr(
        connection, "noted_in", None
    )


def _rows():
    return apps.get_model("core.ContentChange").objects


def _find_version():
    found = _rows().aggregate(sum=Sum("mark"), number=Count("pk"))
    return found["sum"], found["number"]


def _find_words():
    words = timezone.localdate(), *(find() for find in _also)
    return hashlib.sha256(repr(words).encode()).digest()


_version = Asked(_find_version)
_words = Asked(_find_words)
