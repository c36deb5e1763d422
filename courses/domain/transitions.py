"""The steps that every change of a sign-up is made of. The verbs beside this module use them.

Each wants the roster's lock (`locked` takes it) inside the caller's transaction.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import SiteSettings, User
from courses import mails
from courses.domain import rosters, seats
from courses.models import Change, Roster, SignUp, SwapOffer
from courses.reading import events
from courses.values.money import format_euros


class WrongStateError(Exception):
    """The sign-up is not in a state in which this can be done."""


def locked(sign_up: SignUp, *states: str) -> SignUp:
    """The sign-up as it is now, with its roster and itself locked.

    Raises WrongStateError, also where nobody is left about whom anything can be decided.
    """
    found = lock(sign_up.pk)
    if found.state not in states or found.forgotten_at:
        raise WrongStateError
    return found


def lock(sign_up_id: int, *more: int) -> SignUp:
    """The sign-up as it is now, locked after its roster and the rosters `more`.

    Rosters are locked in the order of their ids, whoever asks, so that nobody waits in a circle.
    """
    while True:
        roster_id = SignUp.objects.values_list("roster_id", flat=True).get(pk=sign_up_id)
        with suppress(_MovedError), transaction.atomic():  # going back lets go of the locks
            for pk in sorted({roster_id, *more}):
                rosters.lock(pk)
            found = SignUp.objects.select_for_update(no_key=True).get(pk=sign_up_id)
            if found.roster_id != roster_id:
                raise _MovedError
            return found


class _MovedError(Exception):
    """To another roster, while we waited for the lock of the former one."""


def enter_after_admission(taken: SignUp, now: datetime, by: User | None = None) -> None:
    """Admitted: waits for the money, or is confirmed at once when there is nothing to pay."""
    if not taken.price_cents:
        confirm(taken, now, by=by)
        return
    taken.state = SignUp.State.AWAITING_PAYMENT
    taken.hold_until = hold(now)
    taken.save(update_fields=["state", "hold_until", "price_cents"])
    log(taken, now, by=by)


def confirm(taken: SignUp, now: datetime, by: User | None = None) -> None:
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
        "confirmed",
        taken,
        events.of_roster(taken.roster),
        key=f"sign-up-confirmed-{taken.pk}",
        paid=lambda: _paid(taken),
        going_ahead=lambda: _going_ahead(taken),
    )


def _going_ahead(taken: SignUp) -> str:
    if taken.roster.state != Roster.State.GOING_AHEAD:
        return ""
    return _("This date goes ahead for certain.")


def _paid(taken: SignUp) -> str:
    if not (taken.paid_at and taken.price_cents):
        return ""
    if taken.invoices.filter(due_on__isnull=False).exists():
        text = _("The payment of %(amount)s is in.")  # of an invoice that was mailed before
    elif mails.payer(taken)[1] == taken.email:
        text = _("Your payment of %(amount)s is in. The invoice follows in a separate mail.")
    else:
        text = _("The payment of %(amount)s is in. The invoice goes to whoever pays for you.")
    return text % {"amount": format_euros(taken.price_cents)}


def end(taken: SignUp, state: str, reason: str, by: User | None = None) -> None:
    """The sign-up is over and its seats are free, offered ones too."""
    now = timezone.now()
    taken.state = state
    taken.end_reason = reason
    taken.ended_at = now
    taken.hold_until = None
    taken.save(update_fields=["state", "end_reason", "ended_at", "hold_until"])
    withdraw_offers(taken, now)
    seats.release(taken)
    log(taken, now, by=by)


def release_lapsed(roster: Roster, now: datetime) -> int:
    """End those of a locked roster whose hold has passed, and offers on it. Returns how many."""
    lapse_offers(roster, now)
    reason, kind = SignUp.EndReason.HOLD_LAPSED, "hold_lapsed"
    if roster.state == Roster.State.CALLED_OFF:  # it was their time to choose another date
        reason, kind = SignUp.EndReason.CALLED_OFF, "called_off_over"
    held = roster.sign_ups.filter(state__in=SignUp.HELD, hold_until__lte=now)
    lapsed = list(held.select_for_update(no_key=True))
    for taken in lapsed:
        end(taken, SignUp.State.EXPIRED, reason)
        mails.send(kind, taken, events.of_roster(roster))
    return len(lapsed)


def lapse_offers(roster: Roster, now: datetime) -> int:
    """End the offers of seats on a locked roster that nobody answered in time. Returns how many."""
    due = roster.swap_offers.filter(state=SwapOffer.State.OPEN, until__lte=now)
    lapsed = list(due.select_for_update(no_key=True))
    for offer in lapsed:
        end_offer(offer, SwapOffer.State.LAPSED, now)
        log(offer.sign_up, now, note=f"offer of {roster.code} lapsed")
        offered = events.for_reader(roster, offer.sign_up.language)
        own = events.of_roster(offer.sign_up.roster)
        title = offered.title if offered else roster.title
        mails.send("swap_lapsed", offer.sign_up, own, offer=title)
    return len(lapsed)


def withdraw_offers(taken: SignUp, now: datetime) -> None:
    """No other date is offered to this sign-up any more."""
    still_open = taken.swap_offers.filter(state=SwapOffer.State.OPEN)
    for offer in still_open.select_for_update(no_key=True):
        end_offer(offer, SwapOffer.State.WITHDRAWN, now)


def end_offer(offer: SwapOffer, state: str, now: datetime) -> None:
    """The offer is over. Its seats are free, unless they have become the person's own."""
    offer.state = state
    offer.ended_at = now
    offer.save(update_fields=["state", "ended_at"])
    offer.claims.all().delete()


def hold(now: datetime) -> datetime:
    """Until when a place is held that is taken now. Elapsed time, so no clock change counts."""
    return now + timedelta(days=SiteSettings.current().hold_days)


def hold_until_at_least(taken: SignUp, moment: datetime) -> None:
    """Let a held sign-up keep its place at least until then. The caller saves it."""
    taken.hold_until = max(taken.hold_until or moment, moment)


def log(
    taken: SignUp, now: datetime, by: User | None = None, note: str = "", reason: str = ""
) -> None:
    """A line of the sign-up's history, without anything that its retention should remove.

    But for the `reason`: the office's own words.
    """
    Change.objects.create(sign_up=taken, state=taken.state, at=now, by=by, note=note, reason=reason)
