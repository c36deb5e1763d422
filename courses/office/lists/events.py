"""The events of the rows of a list, loaded together."""

from collections import defaultdict

from django.conf import settings
from wagtail.models import Locale

from courses.models import CourseEventPage, CourseEventPart, SignUp
from courses.reading import events, told
from courses.values.days import days_between, days_in_words


def events_by_key(rosters):
    """{translation key: event} of the rosters whose page still exists."""
    locale = Locale.get_default()
    keys = {roster.translation_key for roster in rosters}
    pages = CourseEventPage.objects.filter(
        translation_key__in=keys, locale=locale, first_day__isnull=False
    )
    found = events.from_pages(pages, locale=locale, rosters=rosters)
    return {event.facts.translation_key: event for event in found}


def roster_days_in_words(roster, event=None, kind=None):
    """The days of an event, or those of the parts in which this kind of sign-up takes part."""
    parts = event.parts_for(kind) if event and kind else event.parts if event else ()
    return _in_words(roster, [(part.first_day, part.last_day) for part in parts])


def days_of(roster):
    """All course days of a roster in order, in one query: cheaper than `events.of_roster`."""
    parts = CourseEventPart.objects.filter(
        page__translation_key=roster.translation_key,
        page__locale__language_code=settings.LANGUAGE_CODE,
    )
    spans = [days_between(part.first_day, part.last_day) for part in parts]
    return sorted({day for days in spans for day in days})


def add_days(sign_ups):
    """Set `days`, in words, on each sign-up of a list, in one query. Returns the sign-ups."""
    sign_ups = list(sign_ups)
    spans = defaultdict(list)
    parts = CourseEventPart.objects.filter(
        page__translation_key__in={row.roster.translation_key for row in sign_ups},
        page__locale__language_code=settings.LANGUAGE_CODE,
    ).select_related("page")
    for part in parts.only("first_day", "last_day", "open_to_alumni", "page__translation_key"):
        span = (part.first_day, part.last_day)
        key = part.page.translation_key
        spans[key, SignUp.Kind.COURSE].append(span)
        if part.open_to_alumni:
            spans[key, SignUp.Kind.ALUMNI].append(span)
    words = {}  # many sign-ups share a date
    for row in sign_ups:
        key = (row.roster.translation_key, row.kind)
        if key not in words:
            words[key] = _in_words(row.roster, spans[key])
        row.days = words[key]
    return sign_ups


def _in_words(roster, spans):
    return days_in_words(spans or spans_of(roster))


def spans_of(roster):
    """The first and last day of each part as it was last published, for a date without a page."""
    if versions := told.versions(roster):
        return [(part.first_day, part.last_day) for part in versions[-1].parts]
    return [(day, day) for day in (roster.first_day, roster.last_day)]
