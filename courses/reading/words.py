"""What the public pages say of all dates together: whether it changed, without rendering any."""

import datetime
from collections.abc import Hashable
from itertools import groupby

from django.db.models import Q
from django.utils import timezone

from core.models import SiteSettings
from courses.models import CourseEventPage, Roster
from courses.reading import seats
from courses.reading.availability import Availability, from_seats
from courses.reading.events import CALENDAR_KEEPS


def of_all_dates() -> tuple[Hashable, ...]:
    """Equal as long as no date that can be joined or is in a calendar says anything else.

    Of seats it holds only whether there are many, few or none in each part, as no public page says
    more: twenty people who sign up change it twice.
    """
    now = timezone.now()
    since = timezone.localdate() - CALENDAR_KEEPS - datetime.timedelta(days=1)
    rows = Roster.objects.filter(last_day__gte=since).order_by("pk")
    rosters = list(rows)
    taken = sorted(seats.taken(rosters, now).items())
    by_roster = {key: list(parts) for key, parts in groupby(taken, key=lambda item: item[0][0])}
    few = SiteSettings.current().few_places
    return (
        tuple(
            (
                *(str(getattr(roster, field.attname)) for field in Roster._meta.concrete_fields),
                *(
                    (str(part), str(word))
                    for (_roster, part), number in by_roster.get(roster.pk, [])
                    if (word := from_seats(roster.capacity - number, few_places=few))
                    != Availability.MANY
                ),
            )
            for roster in rosters
        ),
        *_open_and_closed(now),
    )


def _open_and_closed(now: datetime.datetime) -> tuple[tuple[int, ...], ...]:
    """The pages whose sign-up has opened, and those whose sign-up has closed."""
    limited = CourseEventPage.objects.filter(
        Q(sign_up_opens__isnull=False) | Q(sign_up_closes__isnull=False), live=True
    )
    rows = sorted(limited.values_list("pk", "sign_up_opens", "sign_up_closes"))
    opened = tuple(pk for pk, opens, _closes in rows if opens and opens <= now)
    closed = tuple(pk for pk, _opens, closes in rows if closes and closes <= now)
    return opened, closed
