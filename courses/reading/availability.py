"""Whether a course event can be joined: one word for code, one phrase for people."""

from datetime import date, datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from courses.models import Roster


class Availability(TextChoices):
    """The words for code; their labels are the phrases for people."""

    MANY = "many", _("Places available")
    FEW = "few", _("Only a few places left")
    FULL = "full", _("This date is full")
    NOT_YET_OPEN = "not_yet_open", _("Sign-up has not opened yet")
    CLOSED = "closed", _("Sign-up has closed")
    CALLED_OFF = "called_off", _("This date has been cancelled")
    PAST = "past", _("This date is over")

    @property
    def is_open(self) -> bool:
        """Whether people can sign up now."""
        return self in (Availability.MANY, Availability.FEW)

    @property
    def may_open(self) -> bool:
        """Whether people cannot sign up now, but perhaps later."""
        return self in (Availability.FULL, Availability.NOT_YET_OPEN)

    @property
    def is_over(self) -> bool:
        """Past or called off: there is nothing to sign up for or to come to any more."""
        return self in (Availability.PAST, Availability.CALLED_OFF)


def from_seats(free: int, *, few_places: int, override: str = "") -> Availability:
    """The availability of an event that is open for sign-up and has so many `free` seats.

    At most `few_places` seats count as few. Staff may `override` it, but a full date stays full.
    """
    if free <= 0:
        return Availability.FULL
    if override:
        return Availability(override)
    return Availability.FEW if free <= few_places else Availability.MANY


def from_calendar(
    *,
    roster_state: str,
    first_day: date,
    last_day: date,
    opens: datetime | None,
    closes: datetime | None,
    now: datetime,
    today: date,
) -> Availability | None:
    """The availability that the calendar or staff decide, whatever seats there are.

    `opens` and `closes` limit sign-up; None means at once, and until the first day. Returns None
    when sign-up is open, so that the seats decide.
    """
    if last_day < today:
        return Availability.PAST
    if roster_state == Roster.State.CALLED_OFF:
        return Availability.CALLED_OFF
    closed = roster_state == Roster.State.CLOSED or first_day <= today
    if closed or (closes is not None and closes <= now):
        return Availability.CLOSED
    if opens is not None and opens > now:
        return Availability.NOT_YET_OPEN
    return None
