"""Who was there on a course day: one person, or the whole group at once."""

from django.db import transaction
from django.utils import timezone

from courses.domain import papers, rosters, transitions
from courses.models import SignUp


class NotExpectedError(Exception):
    """This person does not come on that day, or the day is still to come."""


@transaction.atomic
def note(sign_up, day, *, by, event=None):
    """Write down that this person was there on `day`. False when that was known already.

    Raises WrongStateError for who has no final place, and NotExpectedError.
    """
    sign_up = transitions.locked(sign_up, SignUp.State.CONFIRMED)
    if day > timezone.localdate() or day not in papers.days_of(sign_up, event):
        raise NotExpectedError
    if sign_up.attendance.filter(day=day, present=True).exists():
        return False
    papers.note_attendance(sign_up, {day}, [day], event)
    transitions.log(sign_up, timezone.now(), by=by, note=f"present on {day.isoformat()}")
    return True


@transaction.atomic
def note_group(roster, present, days, event=None):
    """Write down about these `days` who of a group was there: {sign-up id: days of that person}.

    Nothing about who has no final place any more.
    """
    rosters.lock(roster.pk)
    people = roster.sign_ups.filter(
        pk__in=present, state=SignUp.State.CONFIRMED, forgotten_at=None
    ).order_by("pk")
    for sign_up in people.select_for_update(no_key=True):
        papers.note_attendance(sign_up, present[sign_up.pk], days, event)
