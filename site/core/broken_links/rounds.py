"""Which addresses are asked when: a few at a time, so that the worker's mail need not wait."""

import logging
import time
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from core.broken_links import asking
from core.models import ExternalAddress

AT_ONCE = 5
FOR_SECONDS = 20
GOOD_FOR = timedelta(days=7)
ASK_AGAIN_AFTER = timedelta(days=1)
CUT_OFF = 3  # so many without any answer: it is this machine that cannot reach the others
FAILURES = 3  # on as many days, before a site that does not answer is called broken

Trouble = ExternalAddress.Trouble
logger = logging.getLogger(__name__)


def is_broken(prefix=""):
    """Condition on addresses: gone at once, or without a good answer for some days."""
    at_once = Q(**{f"{prefix}trouble__in": [Trouble.NOT_FOUND, Trouble.REFUSED]})
    return at_once | Q(**{f"{prefix}failures__gte": FAILURES})


def due(now):
    never = Q(checked_at=None)
    good = Q(trouble="", checked_at__lte=now - GOOD_FOR)
    bad = ~Q(trouble="") & Q(checked_at__lte=now - ASK_AGAIN_AFTER)
    return ExternalAddress.objects.filter(never | good | bad)


def ask_some(now=None):
    """Ask a few of those that are due, each site at most once; return how many."""
    if not settings.CHECK_LINKS:
        return 0
    now = now or timezone.now()
    asked, until = [], time.monotonic() + FOR_SECONDS
    for address in _of_different_sites(due(now)):
        if len(asked) == AT_ONCE or time.monotonic() > until:
            break
        asked.append((address, asking.ask(address.url)))
    is_cut_off = len(asked) >= CUT_OFF and all(said == Trouble.NO_ANSWER for _row, said in asked)
    if is_cut_off:
        logger.warning("No other site answers: links are not judged.")
    for address, trouble in asked:
        _note(address, trouble, now, counts=not is_cut_off)
    return len(asked)


def ask_all_again():
    """Staff want to know now: everything is due, the worker sees to it."""
    ExternalAddress.objects.update(checked_at=None)


def _of_different_sites(addresses):
    seen = set()
    for address in addresses.order_by("?"):
        host = urlsplit(address.url).netloc
        if host not in seen:
            seen.add(host)
            yield address


def _note(address, trouble, now, *, counts):
    address.checked_at, address.trouble = now, trouble
    if not trouble:
        address.failures = 0
    elif counts and address.failed_on != timezone.localdate(now):
        address.failures += 1
        address.failed_on = timezone.localdate(now)
    address.save(update_fields=["checked_at", "trouble", "failures", "failed_on"])
