"""Tells people what /readyz tells machines, without any service: by mail and on the start page.

The job `watch` writes down since when a check fails, mails ADMINS once, at most once an hour for
each check, and pings HEARTBEAT_URL while all is well. What no worker can tell (that there is none,
or that no mail goes out) is told by whoever misses that ping.

Errors in the logs are told too (`ErrorMail`), at most once an hour for all of them.
"""

import logging
import queue
import threading
from datetime import timedelta
from urllib.request import urlopen

from django.conf import settings
from django.core.mail import send_mail
from django.db import connections
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import health, logs
from core.deadlines import deadline
from core.models import Fault

logger = logging.getLogger(__name__)

NOT_AGAIN_FOR = timedelta(hours=1)
ERRORS = "errors"  # the name under which errors in the logs are told
PING_SECONDS = 10
WAITING = 20  # so many errors may wait to be told; more are only in the logs


def install():
    """Have errors of this process mailed, where there is somebody to mail to."""
    if settings.ADMINS:
        handler = ErrorMail()
        handler.setFormatter(logs.PlainFormatter())
        logging.getLogger().addHandler(handler)


def watch(now=None):
    """Write down how things stand, tell of what is new, ping if all is well."""
    now = now or timezone.now()
    states = health.states()
    for name, state in states.items():
        if state == health.FAULT:
            Fault.objects.get_or_create(name=name, defaults={"since": now})
            Fault.objects.filter(name=name, since=None).update(since=now)
        elif state == health.OK:
            Fault.objects.filter(name=name).exclude(since=None).update(since=None)
    new = [fault.name for fault in _untold() if _may_tell(fault.name, now)]
    if new:
        _mail("\n".join(f"- {health.in_words(name)} ({name})" for name in new))
    if health.FAULT not in states.values():
        ping()


def standing():
    """[Fault] of what is wrong now, as far as the worker knows; of the worker we know ourselves."""
    found = list(Fault.objects.exclude(since=None).exclude(name__in=[ERRORS, "worker"]))
    seen = health.last_heartbeat()
    if not health.is_alive(seen):
        found.insert(0, Fault(name="worker", since=seen))
    return found


def ping():
    """Tell HEARTBEAT_URL that the worker is alive and all is well."""
    if not settings.HEARTBEAT_URL:
        return
    try:
        with deadline(PING_SECONDS):
            urlopen(settings.HEARTBEAT_URL, timeout=PING_SECONDS).close()  # noqa: S310  (https)
    except (OSError, ValueError) as error:
        logger.warning("HEARTBEAT_URL does not answer (%s)", type(error).__name__)


def tell_of_error(line, now=None):
    """Mail this masked line to ADMINS, unless they were told of an error within the hour."""
    now = now or timezone.now()
    Fault.objects.get_or_create(name=ERRORS)
    if _may_tell(ERRORS, now):
        _mail(_("An error, the first for an hour; the others are in the logs.") + f"\n\n{line}")


class ErrorMail(logging.Handler):
    """Hands errors to a thread that mails them: whoever logs one never waits for it.

    The thread has a connection of its own, so that the mail stays when the request is rolled back.
    """

    def __init__(self):
        super().__init__(logging.ERROR)
        self._lines = queue.Queue(WAITING)
        self._lock_of_thread = threading.Lock()
        self._thread = None

    def emit(self, record):
        if threading.current_thread() is self._thread or record.name == __name__:
            return
        try:
            self._lines.put_nowait(self.format(record))
        except queue.Full:
            return
        with self._lock_of_thread:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._tell, name="errors", daemon=True)
                self._thread.start()

    def _tell(self):
        while True:
            line = self._lines.get()
            try:
                tell_of_error(line)
            except Exception as error:  # the database is away, say: it is in the logs
                logger.warning("Nobody could be told of an error (%s)", type(error).__name__)
            finally:
                self._lines.task_done()
                connections.close_all()

    def wait(self):
        """Until all was told; for tests."""
        self._lines.join()


def _untold():
    return Fault.objects.filter(Q(told_at=None) | Q(told_at__lt=F("since")), since__isnull=False)


def _may_tell(name, now):
    # One conditional UPDATE: of two workers, or two processes, only one tells.
    long_ago = Q(told_at=None) | Q(told_at__lt=now - NOT_AGAIN_FOR)
    return Fault.objects.filter(long_ago, name=name).update(told_at=now) == 1


def _mail(text):
    if not settings.ADMINS:
        return
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("Something is wrong with %(site)s") % {"site": settings.SITE_URL}
        where = _("See %(url)s and the logs.") % {"url": f"{settings.SITE_URL}/readyz"}
    addresses = [address for _name, address in settings.ADMINS]
    send_mail(subject, f"{logs.mask(text)}\n\n{where}\n", None, addresses)
