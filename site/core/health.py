"""/healthz: this process answers. /readyz: everything it depends on works too.

A hosting platform routes visitors by /healthz, because the site also works without Redis and mail
may wait. /readyz is for monitoring; `core.faults` tells people the same in words.
"""

import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import JsonResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import files
from core.backups.age import is_recent
from core.periodic import last_heartbeat, standing_still

HEARTBEAT_LATE = timedelta(seconds=60)
OK, FAULT, UNKNOWN = "ok", "fault", "unknown"


@dataclass(frozen=True)
class Check:
    """`says` tells the owner what is wrong. It is unknown while the check that it `needs` fails."""

    holds: Callable[[], object]
    says: str | Promise = ""
    needs: str = "database"


class Health:
    """Middleware that answers before the Host header is checked: probes use an IP address."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info == "/healthz":
            return _answer({"process": OK})
        if request.path_info == "/readyz":
            return _answer(states())
        return self.get_response(request)


def register(name, check, says="", *, needs="database"):
    """Add a check to /readyz, for apps above core; it fails if `check()` raises or is false.

    `says` is a sentence for the owner. Name in `needs` the check whose fault would explain this
    one: each fault then shows in its own field only.
    """
    CHECKS[name] = Check(check, says, needs)


def states():
    """{name: “ok”, “fault” or “unknown”} of everything that the site depends on."""
    found = {}
    for name, check in CHECKS.items():
        found[name] = _state(check) if found.get(check.needs, OK) == OK else UNKNOWN
    return found


def is_alive(seen):
    """Whether a worker that was last seen at this moment, or None, still counts as alive."""
    # A heartbeat of tomorrow is one of a clock that was wrong: that worker may be long gone.
    return seen is not None and abs(timezone.now() - seen) < HEARTBEAT_LATE


def in_words(name):
    """What this fault means, for the owner."""
    says = CHECKS[name].says if name in CHECKS else ""
    return str(says or _("“%(name)s” does not work.") % {"name": name})


def _answer(found):
    status = OK if all(state == OK for state in found.values()) else FAULT
    headers = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
    return JsonResponse(
        {"status": status} | found, status=200 if status == OK else 503, headers=headers
    )


def _state(check):
    try:
        return OK if check.holds() else FAULT
    except Exception:
        return FAULT


def _database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def _cache():
    key, value = f"readyz-{secrets.token_hex(8)}", secrets.token_hex(8)
    cache.set(key, value, 10)
    found = cache.get(key)
    cache.delete(key)
    return found == value


def _worker():
    return is_alive(last_heartbeat())


def _jobs():
    return not standing_still()


def _disk():
    """Whether there is room left where files are written."""
    roots = {Path(root) for root in (settings.VAR_DIR, settings.MEDIA_ROOT, settings.PRIVATE_ROOT)}
    return all(_free_megabytes(root) >= settings.DISK_MIN_MB for root in roots)


def _free_megabytes(folder):
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    return shutil.disk_usage(there).free / 1_000_000


CHECKS = {
    "database": Check(_database, _("The database cannot be reached."), needs=""),
    "cache": Check(
        _cache, _("The cache (Redis) cannot be reached. The site works, but slower."), needs=""
    ),
    "disk": Check(_disk, _("The disk is nearly full."), needs=""),
    "files": Check(
        files.work, _("Files cannot be kept, or files that were kept are gone."), needs="database"
    ),
    "worker": Check(
        _worker, _("The worker stands still: no mail goes out and no place is released.")
    ),
    "jobs": Check(
        _jobs, _("A job of the worker keeps failing or does not get its turn."), needs="worker"
    ),
    "backup": Check(is_recent, _("There is no backup, or the last one is too old.")),
}
