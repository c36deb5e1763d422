"""The day on which staff decide whether a date goes ahead."""

from datetime import date, timedelta

from core.models import SiteSettings
from courses.models import Roster


def decide_on(roster: Roster, ahead: timedelta | None = None) -> date:
    """The decision day of a roster: its own, or so many days before the first day.

    For more than one roster look up `usual_term` once.
    """
    return roster.decision_day or roster.first_day - (ahead or usual_term())


def usual_term() -> timedelta:
    return timedelta(days=SiteSettings.current().decision_days)
