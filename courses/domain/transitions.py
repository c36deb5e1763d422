"""The steps that every change of a sign-up is made of. The verbs beside this module use them.

Each wants the roster's lock (`locked` takes it) inside the caller's transaction.
"""

from datetime import timedelta

from django.utils import timezone

from core.models import SiteSettings
from courses import mails
from courses.domain import events, rosters, seats
from courses.models import Change, SignUp, SwapOffer


class WrongStateError(Exception):
    """The sign-up is not in a state in which this can be done."""


def locked(sign_up, *states):
    """The sign-up as it is now, with its roster and itself locked. Raises WrongStateError."""
    rosters.lock(sign_up.roster_id)
    found = SignUp.objects.select_for_update().get(pk=sign_up.pk)
    if found.state not in states:
        raise WrongStateError
    return found


def enter_after_admission(taken, now, by=None):
    """Admitted: waits for the money, or is confirmed at once when there is nothing to pay."""
    if not taken.price_cents:
        confirm(taken, now, by=by)
        return
    taken.state = SignUp.State.AWAITING_PAYMENT
    taken.hold_until = hold(now)
    taken.save(update_fields=["state", "hold_until", "price_cents"])
    log(taken, now, by=by)


def confirm(taken, now, by=None):
    """The place is final. A sign-up is confirmed once, so its mail is written once."""
    taken.state = SignUp.State.CONFIRMED
    taken.confirmed_at = now
    taken.hold_until = None
    taken.ended_at = None
    taken.end_reason = ""
    taken.save(
        update_fields=[
            "state",
            "confirmed_at",
            "hold_until",
            "ended_at",
            "end_reason",
            "paid_at",
            "price_cents",
        ]
    )
    log(taken, now, by=by)
    mails.send(
        "confirmed", taken, events.of_roster(taken.roster), key=f"sign-up-confirmed-{taken.pk}"
    )


def end(taken, state, reason, by=None):
    """The sign-up is over and its seats are free, offered ones too."""
    now = timezone.now()
    taken.state = state
    taken.end_reason = reason
    taken.ended_at = now
    taken.hold_until = None
    taken.save(update_fields=["state", "end_reason", "ended_at", "hold_until"])
    seats.release(taken)
    taken.swap_offers.filter(state=SwapOffer.State.OPEN).update(
        state=SwapOffer.State.WITHDRAWN, ended_at=now
    )
    log(taken, now, by=by)


def release_lapsed(roster, now):
    """End those of a locked roster whose hold has passed. Returns how many."""
    lapsed = list(
        roster.sign_ups.select_for_update().filter(state__in=SignUp.HELD, hold_until__lte=now)
    )
    for taken in lapsed:
        end(taken, SignUp.State.EXPIRED, SignUp.EndReason.HOLD_LAPSED)
        mails.send("hold_lapsed", taken, events.of_roster(roster))
    return len(lapsed)


def hold(now):
    """Until when a place is held that is taken now. Elapsed time, so no clock change counts."""
    return now + timedelta(days=SiteSettings.current().hold_days)


def log(taken, now, by=None, note=""):
    """A line of the sign-up's history, without anything that its retention should remove."""
    Change.objects.create(sign_up=taken, state=taken.state, at=now, by=by, note=note)
