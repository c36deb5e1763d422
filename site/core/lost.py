"""Addresses that people ask for in vain: counted per week, with nothing about anybody.

Only what a browser asks for as a page, without what stands behind the question mark. Whatever looks
like a token, a number, a mail address or a machine that tries doors is not counted.
"""

import re
from contextlib import suppress
from datetime import timedelta

from django.db import DatabaseError, transaction
from django.db.models import F, Max, Sum
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect

from core import logs
from core.models import LostAddress

LONGEST = 120
LONGEST_PART = 60
MOST_PER_WEEK = 300  # rows: a machine that asks at random fills no table
KEPT_WEEKS = 13
MAY_BE_PERSONAL = re.compile(r"@|%40|\d{5}|\d{2}[-.]?\d{2}[-.]?\d{4}|\[\w+\]")
PROBES = re.compile(
    r"/\.|\.(?:env|git|sql|bak|ya?ml|zip|gz|aspx?|jsp|cgi|js|css|map|png|jpe?g|gif|svg|ico|txt|xml)$"
    r"|/(?:wp|wordpress|xmlrpc|phpmyadmin|cgi-bin|vendor|actuator|autodiscover|owa|ecp|boaform)",
    re.I,
)


def note(request):
    """Count the address of this request, to which there was no answer."""
    path = Redirect.normalise_path(request.path_info, decode_unicode=True)
    if _is_of_a_reader(request) and not _tells_of_somebody(request.path_info) and _is_short(path):
        _keep(path)


def _keep(path):
    with suppress(DatabaseError), transaction.atomic():  # the answer does not depend on it
        _count(week_of(timezone.localdate()), path)


def in_order():
    """Rows {path, total, last}, most asked first; `last` is the Monday of a week.

    Without those for which there is a redirect by now.
    """
    rows = LostAddress.objects.exclude(path__in=Redirect.objects.values("old_path"))
    counted = rows.values("path").annotate(total=Sum("times"), last=Max("week"))
    return counted.order_by("-total", "path")


def week_of(day):
    return day - timedelta(days=day.weekday())


def _is_of_a_reader(request):
    return request.method == "GET" and "text/html" in request.headers.get("Accept", "")


def _tells_of_somebody(path):
    """Whether it has a token, a number or a mail address in it, or a machine is trying doors."""
    path = f"{path.rstrip('/')}/"
    is_secret = logs.mask(path) != path
    return is_secret or bool(MAY_BE_PERSONAL.search(path) or PROBES.search(path.rstrip("/")))


def _is_short(path):
    return len(path) <= LONGEST and all(len(part) <= LONGEST_PART for part in path.split("/"))


def _count(week, path):
    rows = LostAddress.objects.filter(week=week)
    if rows.filter(path=path).update(times=F("times") + 1):
        return
    if rows.count() < MOST_PER_WEEK:
        row, is_new = LostAddress.objects.get_or_create(week=week, path=path, defaults={"times": 1})
        if not is_new:  # somebody else was first
            LostAddress.objects.filter(pk=row.pk).update(times=F("times") + 1)
