import datetime

import pytest

from courses.reading.availability import Availability, from_calendar, from_seats

pytestmark = pytest.mark.anywhere

NOW = datetime.datetime(2027, 3, 1, 12, 0, tzinfo=datetime.UTC)
TODAY = NOW.date()
SOON = datetime.timedelta(minutes=1)


@pytest.mark.parametrize(
    ("free", "override", "said"),
    [
        (24, "", "many"),
        (6, "", "many"),
        (5, "", "few"),
        (1, "", "few"),
        (0, "", "full"),
        (-1, "", "full"),
        (24, "few", "few"),
        (24, "full", "full"),
        (1, "many", "many"),
        (0, "many", "full"),
        (0, "few", "full"),
    ],
)
def test_availability_from_seats(free, override, said):
    assert from_seats(free, few_places=5, override=override) == said


def decided(*, state="planned", first=30, last=60, opens=None, closes=None):
    days = [TODAY + datetime.timedelta(days=offset) for offset in (first, last)]
    return from_calendar(
        roster_state=state,
        first_day=days[0],
        last_day=days[1],
        opens=opens,
        closes=closes,
        now=NOW,
        today=TODAY,
    )


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, None),
        ({"state": "going_ahead"}, None),
        ({"state": "called_off"}, "called_off"),
        ({"state": "closed"}, "closed"),
        ({"first": 1}, None),
        ({"first": 0}, "closed"),
        ({"first": -1}, "closed"),
        ({"first": -2, "last": -1}, "past"),
        ({"first": -2, "last": 0}, "closed"),
        ({"first": -2, "last": -1, "state": "called_off"}, "past"),
        ({"opens": NOW + SOON}, "not_yet_open"),
        ({"opens": NOW}, None),
        ({"closes": NOW}, "closed"),
        ({"closes": NOW + SOON}, None),
        ({"opens": NOW + SOON, "state": "called_off"}, "called_off"),
    ],
)
def test_availability_from_the_calendar(facts, said):
    assert decided(**facts) == said


def test_only_a_date_with_free_places_is_open():
    assert [word for word in Availability if word.is_open] == ["many", "few"]


def test_a_date_that_is_past_or_called_off_is_over():
    assert [word for word in Availability if word.is_over] == ["called_off", "past"]
