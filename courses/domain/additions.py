"""The office signs people up, by telephone or on paper, even when the date is full or closed."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from core.models import User
from courses import mails
from courses.domain import payments, seats, sign_ups, transitions
from courses.domain.sign_ups import Agreement, Application
from courses.models import Roster, SignUp
from courses.reading import events
from courses.reading.availability import Availability
from courses.reading.event import Event


@transaction.atomic
def add(
    roster: Roster,
    *,
    application: Application,
    agreement: Agreement,
    price_cents: int,
    by: User,
    is_paid: bool = False,
    reason: str = "",
) -> SignUp:
    """Sign somebody up for this price, admitted by the office. Returns the sign-up.

    The place waits for the money; it is final at once if there is nothing to pay or the office has
    seen the money (`is_paid`). A `reason` allows a seat beyond capacity. The same form sent again
    returns the same sign-up. Raises UnavailableError for a date that is over or was called off,
    AlreadySignedUpError, or seats.NoSeatError.
    """
    roster = sign_ups.lock_roster(roster)
    now = timezone.now()
    made = sign_ups.made_from_form(agreement.idempotency_key, application.person_key)
    if made:
        return made
    transitions.release_lapsed(roster, now)
    event = events.for_reader(roster, agreement.language)
    if event is None:
        raise sign_ups.UnavailableError(Availability.CLOSED)
    _refuse(event, roster, application, agreement.kind)
    facts = {"price_cents": price_cents}
    taken = sign_ups.create_in_review(event, roster, application, agreement, now, **facts)
    parts = [part.key for part in event.parts_for(agreement.kind)]
    is_extra = seats.claim(taken, parts, capacity=roster.capacity, beyond=bool(reason))
    taken.state = SignUp.State.AWAITING_PAYMENT
    taken.save(update_fields=["state"])
    if is_extra:
        note = {"note": "added beyond the capacity", "reason": reason}
    else:
        note = {"note": "added by the office"}
    transitions.log(taken, now, by=by, **note)
    return _confirm_or_wait(taken, event, now, by, is_paid)


def _refuse(event: Event, roster: Roster, application: Application, kind: str) -> None:
    parts = event.parts_for(kind)
    if not parts:
        raise sign_ups.UnavailableError(Availability.CLOSED)
    if parts[-1].last_day < timezone.localdate():
        raise sign_ups.UnavailableError(Availability.PAST)
    if roster.state == Roster.State.CALLED_OFF:
        raise sign_ups.UnavailableError(Availability.CALLED_OFF)
    if sign_ups.live_sign_up(roster, application.person_key):
        raise sign_ups.AlreadySignedUpError


def _confirm_or_wait(taken: SignUp, event: Event, now: datetime, by: User, is_paid: bool) -> SignUp:
    if not taken.price_cents:
        transitions.confirm(taken, now, by=by)
    elif is_paid:
        return payments.record(taken, by=by)
    else:
        mails.send("received", taken, event)
    return taken
