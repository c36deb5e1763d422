"""Who was there on a course day: one person, or the whole group at once."""

from collections.abc import Container, Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone

from core.models import User
from courses.domain import rosters, transitions
from courses.models import Attendance, Roster, SignUp
from courses.reading import events
from courses.reading.event import Event


class NotExpectedError(Exception):
    """This person does not come on that day, or the day is still to come."""


@transaction.atomic
def note(sign_up: SignUp, day: date, *, by: User, event: Event | None = None) -> bool:
    """Write down that this person was there on `day`. False when that was known already.

    Raises WrongStateError for who has no final place, and NotExpectedError.
    """
    sign_up = transitions.locked(sign_up, SignUp.State.CONFIRMED)
    if day > timezone.localdate() or day not in days_of(sign_up, event):
        raise NotExpectedError
    if sign_up.attendance.filter(day=day, present=True).exists():
        return False
    note_days(sign_up, {day}, [day], event)
    transitions.log(sign_up, timezone.now(), by=by, note=f"present on {day.isoformat()}")
    return True


@transaction.atomic
def note_group(
    roster: Roster,
    present: Mapping[int, Container[date]],
    days: Container[date],
    event: Event | None = None,
) -> None:
    """Write down about these `days` who of a group was there: {sign-up id: days of that person}.

    Nothing about who has no final place any more.
    """
    rosters.lock(roster.pk)
    people = roster.sign_ups.filter(
        pk__in=present, state=SignUp.State.CONFIRMED, forgotten_at=None
    ).order_by("pk")
    for sign_up in people.select_for_update(no_key=True):
        note_days(sign_up, present[sign_up.pk], days, event)


def note_days(
    sign_up: SignUp,
    present_on: Container[date],
    days: Container[date] | None = None,
    event: Event | None = None,
) -> None:
    """Write down on which of the course days this person was there.

    With `days` only about those, and only if this person is expected then.
    """
    noted = [
        Attendance(sign_up=sign_up, day=day, present=day in present_on)
        for day in days_of(sign_up, event)
        if days is None or day in days
    ]
    Attendance.objects.bulk_create(
        noted,
        update_conflicts=True,
        unique_fields=["sign_up", "day"],
        update_fields=["present"],
    )


def days_of(sign_up: SignUp, event: Event | None = None) -> list[date]:
    """All days on which this person is expected, in order; one that two parts share is one day."""
    event = event or events.of_roster(sign_up.roster)
    parts = event.parts_for(sign_up.kind) if event else ()
    return sorted({day for part in parts for day in part.days})
