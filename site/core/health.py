"""/healthz: this process answers. /readyz: everything it depends on works too.

A hosting platform routes visitors by /healthz, because the site also works without Redis and mail
may wait. /readyz is for monitoring.
"""

import secrets
from datetime import timedelta

from django.core.cache import cache
from django.db import connection
from django.http import JsonResponse
from django.utils import timezone

from core.periodic import last_heartbeat, standing_still

HEARTBEAT_LATE = timedelta(seconds=60)


class Health:
    """Middleware that answers before the Host header is checked: probes use an IP address."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info == "/healthz":
            return _answer({"process": True})
        if request.path_info == "/readyz":
            return _answer(ready())
        return self.get_response(request)


def register(name, check):
    """Add a check to /readyz, for apps above core; it fails if `check()` raises or is false."""
    CHECKS[name] = check


def ready():
    """{name: whether it works} of everything that the site depends on."""
    return {name: _holds(check) for name, check in CHECKS.items()}


def _answer(checks):
    good = all(checks.values())
    body = {"status": "ok" if good else "fault"} | {
        name: "ok" if held else "fault" for name, held in checks.items()
    }
    headers = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
    return JsonResponse(body, status=200 if good else 503, headers=headers)


def _holds(check):
    try:
        return bool(check())
    except Exception:
        return False


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
    seen = last_heartbeat()
    return seen is not None and timezone.now() - seen < HEARTBEAT_LATE


def _jobs():
    return not standing_still()


CHECKS = {"database": _database, "cache": _cache, "worker": _worker, "jobs": _jobs}
