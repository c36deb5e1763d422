"""The days of a course: a Thursday and Friday, and a Wednesday some months later."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import count

THURSDAY = 3
RETURN_AFTER_WEEKS = (15, 14, 16)  # tried in this order


@dataclass(frozen=True)
class Run:
    """The days of one run of a course."""

    first_day: date
    last_day: date
    return_day: date


def plan_run(today, weeks):
    """The first run without holidays that begins at least `weeks` weeks from today."""
    start = today + timedelta(weeks=weeks)
    thursday = start + timedelta(days=(THURSDAY - start.weekday()) % 7)
    for later in count():
        run = _run_from(thursday + timedelta(weeks=later))
        if run:
            return run


def _run_from(thursday):
    friday = thursday + timedelta(days=1)
    if is_holiday(thursday) or is_holiday(friday):
        return None
    for weeks in RETURN_AFTER_WEEKS:
        wednesday = thursday + timedelta(weeks=weeks, days=-1)
        if not is_holiday(wednesday):
            return Run(thursday, friday, wednesday)
    return None


def is_holiday(day):
    """Dutch public holidays, Good Friday, and the days between Christmas and New Year."""
    return day in _holidays(day.year) or (day.month, day.day) >= (12, 24)


@cache
def _holidays(year):
    easter = _easter(year)
    kings_day = date(year, 4, 27)
    if kings_day.weekday() == 6:
        kings_day -= timedelta(days=1)
    moving = {easter + timedelta(days=days) for days in (-2, 0, 1, 39, 40, 49, 50)}
    return moving | {date(year, 1, 1), kings_day, date(year, 5, 5)}


def _easter(year):
    """Easter Sunday by the anonymous Gregorian algorithm."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return date(year, month, day + 1)
