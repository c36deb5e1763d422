"""Which external addresses are asked when: a few at a time, so that mail need not wait for it."""

import logging
import time
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from core.broken_links import asking
from core.models import ExternalAddress

AT_ONCE = 5  # addresses in one round
FOR_SECONDS = 20  # no new request is begun in a round after this
GOOD_FOR = timedelta(days=7)
ASK_AGAIN_AFTER = timedelta(days=1)
CUT_OFF = 3  # if at least this many are asked and none answers, our own connection is down
FAILURES = 3  # days on which a site has to fail before a link to it counts as broken

Trouble = ExternalAddress.Trouble
logger = logging.getLogger(__name__)


def is_broken(prefix=""):
    """A Q for addresses that are gone or refused, or that failed on FAILURES days in a row."""
    at_once = Q(**{f"{prefix}trouble__in": [Trouble.NOT_FOUND, Trouble.REFUSED]})
    return at_once | Q(**{f"{prefix}failures__gte": FAILURES})


def due(now):
    """The addresses to ask: new ones, good ones after a week, bad ones after a day."""
    never = Q(checked_at=None)
    good = Q(trouble="", checked_at__lte=now - GOOD_FOR)
    bad = ~Q(trouble="") & Q(checked_at__lte=now - ASK_AGAIN_AFTER)
    return ExternalAddress.objects.filter(never | good | bad)


def ask_some(now=None):
    """Ask at most AT_ONCE of the addresses that are due, each site once; return how many."""
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
        _record(address, trouble, now, counts=not is_cut_off)
    return len(asked)


def ask_all_again():
    """Make every address due, for staff who do not want to wait."""
    ExternalAddress.objects.update(checked_at=None)


def _of_different_sites(addresses):
    seen = set()
    for address in addresses.order_by("?"):
        host = urlsplit(address.url).netloc
        if host not in seen:
            seen.add(host)
            yield address


def _record(address, trouble, now, *, counts):
    address.checked_at, address.trouble = now, trouble
    if not trouble:
        address.failures = 0
    elif counts and address.failed_on != timezone.localdate(now):
        address.failures += 1
        address.failed_on = timezone.localdate(now)
    address.save(update_fields=["checked_at", "trouble", "failures", "failed_on"])
