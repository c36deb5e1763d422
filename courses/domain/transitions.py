"""The steps of which every change of a sign-up consists. The verbs in this package use them.

They run in the caller's transaction, with the roster locked: `lock_in_state` does that. Locks are
taken in this order: rosters (by id), message, sign-up, payment or refund, number series.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import SiteSettings, User
from courses import mails
from courses.domain import rosters, seats
from courses.mails.values import of_offer
from courses.models import Change, Roster, SignUp, SwapOffer
from courses.reading import balance, events
from courses.values.money import format_euros

TAKEN_BACK = "payment taken back"  # in the history: the place was final, and is not any more


class WrongStateError(Exception):
    """The sign-up is not in a state in which this can be done, or was stripped of personal data."""


def lock_in_state(sign_up: SignUp, *states: str) -> SignUp:
    """The sign-up as it is now, locked together with its roster, in one of these states.

    Raises WrongStateError for another state, and when the personal data were removed.
    """
    found = lock(sign_up.pk)
    if found.state not in states or found.forgotten_at:
        raise WrongStateError
    return found


def lock(sign_up_id: int, *more: int) -> SignUp:
    """The sign-up as it is now, locked after its roster and the rosters with the ids `more`.

    Rosters are always locked in the order of their ids, so that no deadlock can occur. Verbs use
    `lock_in_state`; this is for money, jobs and whatever must work on any sign-up.
    """
    while True:
        roster_id = SignUp.objects.values_list("roster_id", flat=True).get(pk=sign_up_id)
        with suppress(_MovedError), transaction.atomic():  # the rollback releases the locks
            for pk in sorted({roster_id, *more}):
                rosters.lock(pk)
            found = SignUp.objects.select_for_update(no_key=True).get(pk=sign_up_id)
            if found.roster_id != roster_id:
                raise _MovedError
            return found


class _MovedError(Exception):
    """The sign-up moved to another roster while we waited for the lock of the former one."""


def enter_after_admission(taken: SignUp, now: datetime, by: User | None = None) -> None:
    """Let an admitted sign-up wait for the money, or confirm it if there is nothing to pay."""
    if not taken.price_cents:
        confirm(taken, now, by=by)
        return
    taken.state = SignUp.State.AWAITING_PAYMENT
    taken.hold_until = end_of_hold(now)
    taken.save(update_fields=["state", "hold_until", "price_cents"])
    log(taken, now, by=by)


def confirm(taken: SignUp, now: datetime, by: User | None = None) -> None:
    """Make the place final. The mail is queued once, and again after a payment was taken back."""
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
    again = taken.changes.filter(note=TAKEN_BACK).count()
    mails.send(
        "confirmed",
        taken,
        events.of_roster(taken.roster),
        key=f"sign-up-confirmed-{taken.pk}" + (f"-{again}" if again else ""),
        paid=lambda: _paid(taken),
        going_ahead=lambda: _going_ahead(taken),
    )


def _going_ahead(taken: SignUp) -> str:
    if taken.roster.state != Roster.State.GOING_AHEAD:
        return ""
    return _("This date is definitely running.")


def _paid(taken: SignUp) -> str:
    if not (taken.paid_at and taken.price_cents):
        return ""
    received = balance.of(taken).held
    if 0 < received < taken.price_cents:
        return _("%(amount)s has come in; %(rest)s is still to be paid.") % {
            "amount": format_euros(received),
            "rest": format_euros(taken.price_cents - received),
        }
    if taken.invoices.filter(due_on__isnull=False).exists():
        text = _("The payment of %(amount)s is in.")  # the invoice was mailed before
    elif mails.payer(taken)[1] == taken.email:
        text = _("Your payment of %(amount)s is in. The invoice follows in a separate mail.")
    else:
        text = _("The payment of %(amount)s is in. The invoice goes to whoever pays for you.")
    return text % {"amount": format_euros(taken.price_cents)}


def end(taken: SignUp, state: str, reason: str, by: User | None = None) -> None:
    """End a sign-up and free its seats, offered ones included."""
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
    """End the sign-ups of a locked roster whose hold has passed, and lapsed offers of its seats.

    Returns the number of sign-ups that ended.
    """
    lapse_offers(roster, now)
    reason, kind = SignUp.EndReason.HOLD_LAPSED, "hold_lapsed"
    if roster.state == Roster.State.CALLED_OFF:  # the hold was their time to choose another date
        reason, kind = SignUp.EndReason.CALLED_OFF, "called_off_over"
    held = roster.sign_ups.filter(state__in=SignUp.HELD, hold_until__lte=now)
    lapsed = list(held.select_for_update(no_key=True))
    for taken in lapsed:
        end(taken, SignUp.State.EXPIRED, reason)
        mails.send(kind, taken, events.of_roster(roster))
    return len(lapsed)


def lapse_offers(roster: Roster, now: datetime) -> int:
    """End the offers of seats on a locked roster that were not answered in time.

    Returns how many.
    """
    due = roster.swap_offers.filter(state=SwapOffer.State.OPEN, until__lte=now)
    lapsed = list(due.select_for_update(no_key=True))
    for offer in lapsed:
        end_offer(offer, SwapOffer.State.LAPSED, now)
        log(offer.sign_up, now, note=f"offer of {roster.code} lapsed")
        offered = events.for_reader(roster, offer.sign_up.language)
        own = events.of_roster(offer.sign_up.roster)
        mails.send("swap_lapsed", offer.sign_up, own, **of_offer(roster, offered))
    return len(lapsed)


def withdraw_offers(taken: SignUp, now: datetime) -> None:
    """Withdraw the offers of other dates to this sign-up."""
    still_open = taken.swap_offers.filter(state=SwapOffer.State.OPEN)
    for offer in still_open.select_for_update(no_key=True):
        end_offer(offer, SwapOffer.State.WITHDRAWN, now)


def end_offer(offer: SwapOffer, state: str, now: datetime) -> None:
    """End an offer. Its seats are freed, unless they have become the sign-up's own."""
    offer.state = state
    offer.ended_at = now
    offer.save(update_fields=["state", "ended_at"])
    offer.claims.all().delete()


def end_of_hold(now: datetime) -> datetime:
    """The end of a hold that begins now. The term is elapsed time, whatever the clock change."""
    return now + timedelta(days=SiteSettings.current().hold_days)


def hold_until_at_least(taken: SignUp, moment: datetime) -> None:
    """Let a held sign-up keep its place at least until then. The caller saves it."""
    taken.hold_until = max(taken.hold_until or moment, moment)


def log(
    taken: SignUp, now: datetime, by: User | None = None, note: str = "", reason: str = ""
) -> None:
    """Add a line to the sign-up's history.

    The `note` must not contain personal data; the `reason`, in the office's own words, may.
    """
    Change.objects.create(sign_up=taken, state=taken.state, at=now, by=by, note=note, reason=reason)
