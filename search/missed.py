"""What people asked for in vain: counted per week, with nothing about anybody."""

import re
from datetime import timedelta

from django.db.models import F, Max, Sum
from django.utils import timezone

from search.models import Missed

LONGEST = 60
MOST_WORDS = 6
MOST_PER_WEEK = 500  # rows: a machine that asks at random fills no table
KEPT_WEEKS = 13
# An address, a telephone number, a date of birth: such a query is not counted at all.
MAY_BE_PERSONAL = re.compile(r"@|(?:\d[\s./-]?){5}")


def note(query, language):
    """Count a query that found nothing, unless it may say something about a person."""
    text = query.lower()
    if not text or MAY_BE_PERSONAL.search(text) or len(text.split()) > MOST_WORDS:
        return
    week, text = week_of(timezone.localdate()), text[:LONGEST]
    rows = Missed.objects.filter(week=week)
    if rows.filter(language=language, query=text).update(times=F("times") + 1):
        return
    if rows.count() < MOST_PER_WEEK:
        row, is_new = Missed.objects.get_or_create(
            week=week, language=language, query=text, defaults={"times": 1}
        )
        if not is_new:  # somebody else was first
            Missed.objects.filter(pk=row.pk).update(times=F("times") + 1)


def in_order():
    """Rows {query, language, total, last}, most asked first; `last` is the Monday of a week."""
    rows = Missed.objects.values("query", "language").annotate(total=Sum("times"), last=Max("week"))
    return rows.order_by("-total", "query")


def week_of(day):
    return day - timedelta(days=day.weekday())
