"""Seats per part. They are counted, never decremented, and guarded by unique seat numbers."""

import secrets
import time
from collections import Counter

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone

from courses.models import SeatClaim, SignUp


class NoSeatError(Exception):
    """A part has no free seat left."""


def taken(rosters, now=None):
    """How many seats are taken or offered: {(roster id, part key): number}.

    A hold or an offer whose term has passed takes none.
    """
    counted = _counting(now or timezone.now()).filter(roster__in=rosters)
    rows = counted.values_list("roster_id", "part_key").annotate(Count("pk")).order_by()
    return Counter({(roster, part): number for roster, part, number in rows})


def claim(sign_up, part_keys, *, capacity, offer=None):
    """Take one seat in each part, or raise NoSeatError. Call it with the roster locked.

    With an `offer` the seats are those on the other date that is offered to the sign-up.
    """
    roster_id = (offer or sign_up).roster_id
    SeatClaim.objects.bulk_create(
        SeatClaim(
            roster_id=roster_id,
            part_key=part_key,
            seat_number=_free_number(roster_id, part_key, capacity),
            sign_up=sign_up,
            offer=offer,
        )
        for part_key in part_keys
    )


def most_taken(roster):
    """The number of seats in the fullest part, those of lapsed holds and offers included."""
    numbers = roster.claims.values_list("part_key").annotate(taken=Count("pk")).order_by()
    return max((taken for _part_key, taken in numbers), default=0)


def release(sign_up):
    sign_up.claims.all().delete()


def move(sign_up, roster):
    """Let go of the seats on the present roster; those claimed on `roster` are now the own ones."""
    sign_up.claims.exclude(roster=roster).delete()
    sign_up.claims.update(offer=None)


def _free_number(roster_id, part_key, capacity):
    claims = SeatClaim.objects.filter(roster_id=roster_id, part_key=part_key)
    numbers = set(claims.values_list("seat_number", flat=True))
    if len(numbers) >= capacity:
        raise NoSeatError
    if not settings.SEAT_GUARD:
        # The negative control of the overbooking test: check, dawdle, then take a number that
        # nobody else takes, so that the unique seat does not guard either.
        time.sleep(0.05)
        return capacity + 1 + secrets.randbelow(30_000)
    return next(number for number in range(1, capacity + 1) if number not in numbers)


def _counting(now):
    own = Q(sign_up__state=SignUp.State.CONFIRMED) | Q(
        sign_up__state__in=SignUp.HELD, sign_up__hold_until__gt=now
    )
    return SeatClaim.objects.filter(Q(own, offer=None) | Q(offer__until__gt=now))
