"""Records who was present on a course day, for one person or for the whole group at once."""

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
    """This person does not come on that day, or the day is in the future."""


@transaction.atomic
def mark_present(sign_up: SignUp, day: date, *, by: User, event: Event | None = None) -> bool:
    """Record that this person was present on `day`. Returns False if that was recorded already.

    Raises WrongStateError when the sign-up is not confirmed, and NotExpectedError.
    """
    sign_up = transitions.lock_in_state(sign_up, SignUp.State.CONFIRMED)
    if day > timezone.localdate() or day not in expected_days(sign_up, event):
        raise NotExpectedError
    if sign_up.attendance.filter(day=day, present=True).exists():
        return False
    record_days(sign_up, {day}, [day], event)
    transitions.log(sign_up, timezone.now(), by=by, note=f"present on {day.isoformat()}")
    return True


@transaction.atomic
def record_group(
    roster: Roster,
    present: Mapping[int, Container[date]],
    days: Container[date],
    event: Event | None = None,
) -> None:
    """Record for these `days` who was present: {sign-up id: the days of that person}.

    Sign-ups that are not confirmed (any more) are skipped.
    """
    rosters.lock(roster.pk)
    people = roster.sign_ups.filter(
        pk__in=present, state=SignUp.State.CONFIRMED, forgotten_at=None
    ).order_by("pk")
    for sign_up in people.select_for_update(no_key=True):
        record_days(sign_up, present[sign_up.pk], days, event)


def record_days(
    sign_up: SignUp,
    present_on: Container[date],
    days: Container[date] | None = None,
    event: Event | None = None,
) -> None:
    """Record on which of the course days this person was present, and was absent on the others.

    With `days` only for those of them on which this person is expected.
    """
    noted = [
        Attendance(sign_up=sign_up, day=day, present=day in present_on)
        for day in expected_days(sign_up, event)
        if days is None or day in days
    ]
    Attendance.objects.bulk_create(
        noted,
        update_conflicts=True,
        unique_fields=["sign_up", "day"],
        update_fields=["present"],
    )


def expected_days(sign_up: SignUp, event: Event | None = None) -> list[date]:
    """The days on which this person is expected, each once and in order."""
    event = event or events.of_roster(sign_up.roster)
    parts = event.parts_for(sign_up.kind) if event else ()
    return sorted({day for part in parts for day in part.days})
