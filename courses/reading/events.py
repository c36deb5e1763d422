"""Finds course events and loads them: the facts of the page, the roster, the free seats.

A `locale` is the reader's; a `course` may be given in any language.
"""

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from itertools import islice
from urllib.parse import urlsplit
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from wagtail.models import Locale, Page

from core.models import SiteSettings
from core.once import cached, once_per_request
from courses.models import CourseEventPage, CoursePage, Roster, SignUp, SignUpPage
from courses.reading import seats
from courses.reading.event import Event, Part
from courses.reading.parts import by_page

CALENDAR_KEEPS = datetime.timedelta(days=30)


def paths_of_the_next_form() -> list[str]:
    """The path of the form for the next date that can be joined, in the default language, or []."""
    open_ones = (event for event in coming(locale=Locale.get_default()) if event.can_sign_up)
    return [urlsplit(event.sign_up_url).path for event in islice(open_ones, 1)]


def coming(
    *,
    locale: Locale,
    course: CoursePage | None = None,
    place: str = "",
    month: datetime.date | None = None,
) -> list[Event]:
    """Live events that have not begun, soonest first.

    Only those in the town `place`, and only those that begin in the `month`, given as its first
    day.
    """
    pages = _listed(course).filter(first_day__gte=timezone.localdate()).order_by("first_day", "pk")
    events = from_pages(pages, locale=locale, course=course)
    if place:
        events = [event for event in events if place in event.places]
    if month:
        events = [event for event in events if _month_of(event.first_day) == month]
    return events


def to_join(*, locale: Locale, most: int) -> list[Event]:
    """At most so many coming events: first those that are open, then full ones and those to come.

    None that is called off or closed.
    """
    found = coming(locale=locale)
    open_ones = [event for event in found if event.availability.is_open]
    others = [event for event in found if event.availability.may_open]
    return [*open_ones, *others][:most]


def _month_of(day: datetime.date | None) -> datetime.date | None:
    return day and day.replace(day=1)


def not_over(*, locale: Locale, course: CoursePage) -> list[Event]:
    """Live events of a course that are not over, whether or not they have begun, soonest first."""
    pages = _listed(course).filter(last_day__gte=timezone.localdate()).order_by("first_day", "pk")
    return from_pages(pages, locale=locale)


def for_alumni(*, locale: Locale, course: CoursePage) -> list[Event]:
    """Live events of a course with a part that alumni can still join, soonest last day first."""
    pages = _listed(course).filter(last_day__gte=timezone.localdate()).order_by("last_day", "pk")
    return [event for event in from_pages(pages, locale=locale) if event.alumni_sign_up_url]


def begun(*, locale: Locale) -> list[Event]:
    """The archive: live events of all courses that have begun or are over, latest first."""
    pages = _listed(None).filter(first_day__lt=timezone.localdate()).order_by("-first_day", "pk")
    return from_pages(pages, locale=locale)


def in_calendars(*, locale: Locale, course: CoursePage | None = None) -> list[Event]:
    """The events in a calendar feed: live, and not over for more than 30 days, soonest first."""
    since = timezone.localdate() - CALENDAR_KEEPS
    pages = _listed(course).filter(last_day__gte=since).order_by("first_day", "pk")
    return from_pages(pages, locale=locale)


def of_page(page: CourseEventPage) -> Event:
    """The event of one page, live or a draft, in the language of that page."""
    return from_pages([_source(page)], locale=page.locale, localized=[page])[0]


def by_code(code: str, *, locale: Locale, course: CoursePage) -> Event | None:
    """The live event of `course` with this code, in upper or lower case, or None."""
    pages = (
        CourseEventPage.objects.child_of(_source_course(course))
        .live()
        .public()
        .filter(code__iexact=code)
    )
    return next(iter(from_pages(pages, locale=locale, course=course)), None)


def with_coming(
    code: str, *, locale: Locale, course: CoursePage
) -> tuple[Event | None, list[Event]]:
    """(what `by_code` finds, what `coming` finds of this course), loaded together."""
    asked = Q(code__iexact=code) | Q(first_day__gte=timezone.localdate())
    pages = _listed(course).filter(asked).order_by("first_day", "pk")
    found = from_pages(pages, locale=locale, course=course)
    wanted = (event for event in found if event.code.lower() == code.lower())
    return next(wanted, None), [event for event in found if event.is_coming]


def of_roster(roster: Roster, *, locale: Locale | None = None) -> Event | None:
    """The event of a roster, published or not; None once its page is deleted.

    In the default language unless a `locale` is given.
    """
    pages = CourseEventPage.objects.filter(
        translation_key=roster.translation_key, locale=Locale.get_default()
    )
    return next(iter(from_pages(pages, locale=locale or Locale.get_default())), None)


def for_reader(roster: Roster, language: str) -> Event | None:
    """The event of a roster in this language, as far as its page is translated; None if deleted."""
    locale = Locale.objects.filter(language_code=language).first()
    return of_roster(roster, locale=locale)


def alternatives(
    event: Event,
    kind: str = SignUp.Kind.COURSE,
    limit: int = 3,
    *,
    among: Iterable[Event] | None = None,
) -> list[Event]:
    """At most `limit` other dates of the same course that can be joined now, soonest first.

    For the whole course they are chosen `among` its coming ones, if loaded before.
    """
    if kind == SignUp.Kind.ALUMNI:
        others = for_alumni(locale=event.page.locale, course=event.course)
    else:
        if among is None:
            among = coming(locale=event.page.locale, course=event.course)
        others = [other for other in among if other.can_sign_up]
    return [other for other in others if other.code != event.code][:limit]


def from_pages(
    pages: Iterable[CourseEventPage],
    *,
    locale: Locale,
    localized: Iterable[CourseEventPage] | None = None,
    rosters: Iterable[Roster] | None = None,
    course: CoursePage | None = None,
) -> list[Event]:
    """The events of source-language pages, in the same order, in six queries however many.

    Loaded before: `localized`, the pages in the reader's language, all `rosters`, their `course`.
    """
    pages = list(pages)
    if not pages:
        return []
    parts = by_page(pages)
    by_key = _by_key(pages, rosters)
    taken = seats.taken(by_key.values())
    shown = _localized(pages, locale, localized)
    courses = _courses([*pages, *shown.values()], course)
    find_forms, few_places = cache(_sign_up_pages), SiteSettings.current().few_places
    events = []
    for facts in pages:
        page = _with_locale(shown.get(facts.translation_key, facts), locale)
        of = courses[_parent_path(page)]
        roster = by_key.get(facts.translation_key)
        capacity = roster.capacity if roster else facts.capacity or of.capacity
        events.append(
            Event(
                page=page,
                facts=facts,
                course=of,
                roster=roster,
                parts=_with_seats(parts[facts.pk], roster, capacity, taken),
                capacity=capacity,
                few_places=few_places,
                find_forms=find_forms,
            )
        )
    return events


def _with_locale(page: CourseEventPage, locale: Locale) -> CourseEventPage:
    if page.locale_id == locale.pk:
        page.locale = locale  # so that nobody looks it up
    return page


def _by_key(pages: Iterable[CourseEventPage], given: Iterable[Roster] | None) -> dict[UUID, Roster]:
    if given is None:
        keys = [page.translation_key for page in pages]
        given = Roster.objects.filter(translation_key__in=keys)
    return {roster.translation_key: roster for roster in given}


def _with_seats(
    parts: tuple[Part, ...],
    roster: Roster | None,
    capacity: int,
    taken: Counter[tuple[int, UUID]],
) -> tuple[Part, ...]:
    if roster is None:
        return tuple(replace(part, taken=0, free=capacity) for part in parts)
    numbers = [taken[roster.pk, part.key] for part in parts]
    return tuple(
        replace(part, taken=number, free=max(0, capacity - number))
        for part, number in zip(parts, numbers, strict=True)
    )


def _listed(course: CoursePage | None) -> QuerySet[CourseEventPage]:
    pages = CourseEventPage.objects.live().public().filter(locale=Locale.get_default())
    if course is None:
        return pages
    return pages.child_of(_source_course(course))


def _source_course(course: CoursePage) -> CoursePage:
    default = Locale.get_default()
    if course.locale_id == default.pk:
        return course
    return cached(f"source of course {course.pk}", lambda: course.get_translation(default))


def _source(page: CourseEventPage) -> CourseEventPage:
    if page.locale_id == Locale.get_default().pk:
        return page
    return page.get_translation_or_none(Locale.get_default()) or page


def _localized(
    pages: Iterable[CourseEventPage], locale: Locale, given: Iterable[CourseEventPage] | None
) -> dict[UUID, CourseEventPage]:
    if given is not None:
        return {page.translation_key: page for page in given}
    if locale.pk == Locale.get_default().pk:
        return {}
    keys = sorted(page.translation_key for page in pages)
    translations = CourseEventPage.objects.filter(
        locale=locale, live=True, translation_key__in=keys
    )
    # These only give the words, so they may come from the cache; facts are always read anew.
    found = cached(f"events in {locale.pk}: {keys}", lambda: list(translations))
    return {page.translation_key: page for page in found}


def _courses(pages: Iterable[CourseEventPage], known: CoursePage | None) -> dict[str, CoursePage]:
    paths = sorted({_parent_path(page) for page in pages})
    if known and paths == [known.path]:
        return {known.path: known}
    found = once_per_request(
        f"courses {paths}", lambda: list(CoursePage.objects.filter(path__in=paths))
    )
    return {course.path: course for course in found}


def _sign_up_pages() -> dict[str, dict[str, SignUpPage]]:
    return once_per_request("sign-up pages", _find_sign_up_pages)


def _find_sign_up_pages() -> dict[str, dict[str, SignUpPage]]:
    forms: dict[str, dict[str, SignUpPage]] = {}
    for form in SignUpPage.objects.live().public():
        forms.setdefault(_parent_path(form), {})[form.kind] = form
    return forms


def _parent_path(page: Page) -> str:
    return page.path[: -page.steplen]
