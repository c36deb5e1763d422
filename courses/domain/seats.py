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


def claim(sign_up, part_keys, *, capacity, roster=None, offer=None, beyond=False):
    """Take one seat in each part, or raise NoSeatError. Call it with the roster locked.

    The seats are on the sign-up's own roster, on that of an `offer`, or on the `roster` to which it
    moves. With `beyond` a part that is full gets an extra seat. Returns whether any did.
    """
    roster_id = roster.pk if roster else (offer or sign_up).roster_id
    claims = [
        SeatClaim(
            roster_id=roster_id,
            part_key=part_key,
            seat_number=number,
            is_extra=is_extra,
            sign_up=sign_up,
            offer=offer,
        )
        for part_key in part_keys
        for number, is_extra in [_free_number(roster_id, part_key, capacity, beyond)]
    ]
    SeatClaim.objects.bulk_create(claims)
    return any(claim.is_extra for claim in claims)


def least_capacity(roster):
    """How few places a roster can have now: none that is taken, by whatever hold or offer, goes.

    Where the office let people in beyond capacity, it can only stay or grow.
    """
    return min(max(by_part(roster.claims).values(), default=0), roster.capacity)


def by_part(claims):
    """{part key: the number of these claims}."""
    return dict(claims.values_list("part_key").annotate(Count("pk")).order_by())


def settle(roster):
    """No seat is an extra one in a part where everybody fits by now: the capacity has grown."""
    for part_key, taken in by_part(roster.claims).items():
        if taken <= roster.capacity:
            roster.claims.filter(part_key=part_key, is_extra=True).update(is_extra=False)


def release(sign_up):
    sign_up.claims.all().delete()


def move(sign_up, roster):
    """Let go of the seats on the present roster; those claimed on `roster` are now the own ones."""
    sign_up.claims.exclude(roster=roster).delete()
    sign_up.claims.update(offer=None)


def _free_number(roster_id, part_key, capacity, beyond):
    """(number, whether it is an extra one). Extra ones leave the numbers of ordinary seats alone:
    whoever leaves makes room for nobody until fewer have a seat than there are.
    """
    claims = SeatClaim.objects.filter(roster_id=roster_id, part_key=part_key)
    numbers = set(claims.values_list("seat_number", flat=True))
    if len(numbers) >= capacity:
        if not beyond:
            raise NoSeatError
        return max([capacity, *numbers]) + 1, True
    if not settings.SEAT_GUARD:
        # The negative control of the overbooking test: check, dawdle, then take a number that
        # nobody else takes, so that the unique seat does not guard either.
        time.sleep(0.05)
        return capacity + 1 + secrets.randbelow(30_000), False
    return next(number for number in range(1, capacity + 1) if number not in numbers), False


def _counting(now):
    own = Q(sign_up__state=SignUp.State.CONFIRMED) | Q(
        sign_up__state__in=SignUp.HELD, sign_up__hold_until__gt=now
    )
    return SeatClaim.objects.filter(Q(own, offer=None) | Q(offer__until__gt=now))
