"""Presence of a whole group."""

import pytest

from courses.domain import cancellations, payments, presence
from courses.models import Attendance
from tests import factories

pytestmark = pytest.mark.django_db


def test_nothing_is_recorded_about_people_who_left_in_the_meantime(event, office):
    stays, leaves, elsewhere = (
        payments.record(factories.sign_up(date), by=office)
        for date in (event, event, factories.event())
    )
    day = event.first_day
    present = {taken.pk: {day} for taken in (stays, leaves, elsewhere)}
    cancellations.cancel(leaves, by=office)

    presence.record_group(event.roster, present, [day], event)

    rows = Attendance.objects.values_list("sign_up", "day", "present")
    assert list(rows) == [(stays.pk, day, True)]
