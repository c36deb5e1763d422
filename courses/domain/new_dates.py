"""Plans a new date of a course from an earlier one: all days shift along with the first."""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from wagtail.models import Locale, Page
from wagtail_localize.synctree import create_aliases_for_new_page

from core.models import User
from courses.models import CourseEventPage, CourseEventPart, codes
from courses.values.days import days_in_words, weekdays_in_words
from courses.values.part_names import NamedPart


@dataclass(frozen=True)
class MovedPart(NamedPart):
    """A part of the new date; `was_on` is the first day of the part that it is copied from."""

    label: str
    first_day: datetime.date
    last_day: datetime.date
    place: str
    venue: str
    open_to_alumni: bool
    was_on: datetime.date

    @property
    def days_in_words(self) -> str:
        return days_in_words([(self.first_day, self.last_day)])

    @property
    def weekdays(self) -> str:
        return weekdays_in_words(self.first_day, self.last_day)

    @property
    def former_weekday(self) -> str:
        """The weekday on which the original began, if it differs; else an empty string."""
        if self.first_day.weekday() == self.was_on.weekday():
            return ""
        return weekdays_in_words(self.was_on, self.was_on)


@dataclass(frozen=True)
class Plan:
    """A new date that has not been saved yet.

    `venue_follows`: the venues of the original are not taken over.
    """

    original: CourseEventPage
    first_day: datetime.date
    venue_follows: bool
    parts: tuple[MovedPart, ...]
    code: str
    same_start: tuple[str, ...]  # codes of other dates that begin on the same day
    overlapping: tuple[CourseEventPage, ...]  # other dates that share a day with this one

    @property
    def days_in_words(self) -> str:
        return days_in_words([(part.first_day, part.last_day) for part in self.parts])


class DayHasPassedError(Exception):
    """The first day of a new date lies in the past."""


class StalePlanError(Exception):
    """Another date was made for that day since this one was planned, perhaps by a second click."""


def originals() -> QuerySet[CourseEventPage]:
    """The pages of dates from which a new one can be made, latest first."""
    return CourseEventPage.objects.filter(
        locale=Locale.get_default(), alias_of=None, first_day__isnull=False
    ).order_by("-first_day", "-pk")


def plan(
    original: CourseEventPage, first_day: datetime.date, *, venue_follows: bool = False
) -> Plan:
    """The plan of a date like `original` that begins on `first_day`: all its days shift equally.

    Raises DayHasPassedError.
    """
    if first_day < timezone.localdate():
        raise DayHasPassedError
    original = _as_last_written(original)
    rows = list(original.parts.all())
    shift = first_day - min(row.first_day for row in rows)
    moved = [_moved(row, shift, venue_follows) for row in rows]
    parts = tuple(sorted(moved, key=lambda part: part.first_day))
    overlapping = _overlapping(parts)
    return Plan(
        original=original,
        first_day=first_day,
        venue_follows=venue_follows,
        parts=parts,
        code=_next_code(first_day),
        same_start=tuple(page.code for page in overlapping if page.first_day == first_day),
        overlapping=overlapping,
    )


@transaction.atomic
def make(plan: Plan, *, by: User) -> CourseEventPage:
    """Create the new date as planned: a draft without a roster, in every language.

    Returns its page in the source language. Raises StalePlanError.
    """
    course = Page.objects.filter(path=plan.original.path[: -plan.original.steplen])
    course.select_for_update(no_key=True).get()  # two clicks wait for each other
    if _next_code(plan.first_day) != plan.code:
        raise StalePlanError
    shift = plan.first_day - min(row.first_day for row in plan.original.parts.all())

    def move(
        _original: CourseEventPage, _copy: CourseEventPage, _relation: str, part: CourseEventPart
    ) -> None:
        moved = _moved(part, shift, plan.venue_follows)
        part.key = uuid.uuid4()
        part.first_day, part.last_day = moved.first_day, moved.last_day
        if plan.venue_follows:
            part.venue = part.address = ""

    page = plan.original.copy(
        copy_revisions=False,
        keep_live=False,
        user=by,
        process_child_object=move,
        update_attrs={"go_live_at": None, "expire_at": None, "expired": False},
    )
    create_aliases_for_new_page(page)
    return page


def _next_code(first_day: datetime.date) -> str:
    return codes.event_code(first_day, page=CourseEventPage(translation_key=uuid.uuid4(), code=""))


def _as_last_written(page: CourseEventPage) -> CourseEventPage:
    """The page as readers see it; of a date that is not live, its latest draft."""
    return page if page.live else page.get_latest_revision_as_object()


def _moved(row: CourseEventPart, shift: datetime.timedelta, venue_follows: bool) -> MovedPart:
    return MovedPart(
        label=row.label,
        first_day=row.first_day + shift,
        last_day=(row.last_day or row.first_day) + shift,
        place=row.place,
        venue="" if venue_follows else row.venue,
        open_to_alumni=row.open_to_alumni,
        was_on=row.first_day,
    )


def _overlapping(parts: Iterable[MovedPart]) -> tuple[CourseEventPage, ...]:
    shares_a_day = reduce(
        or_, (Q(first_day__lte=part.last_day, last_day__gte=part.first_day) for part in parts)
    )
    pages = CourseEventPart.objects.filter(shares_a_day).values("page")
    return tuple(originals().filter(pk__in=pages).order_by("first_day", "pk"))
