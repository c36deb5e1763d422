"""Seats per part. They are counted, never decremented, and guarded by unique seat numbers."""

from collections.abc import Iterable
from uuid import UUID

from courses.models import Roster, SeatClaim, SignUp, SwapOffer
from courses.reading.seats import by_part


class NoSeatError(Exception):
    """A part has no free seat left."""


def claim(
    sign_up: SignUp,
    part_keys: Iterable[UUID],
    *,
    capacity: int,
    roster: Roster | None = None,
    offer: SwapOffer | None = None,
    beyond: bool = False,
) -> bool:
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


def settle(roster: Roster) -> None:
    """No seat is an extra one in a part where everybody fits by now: the capacity has grown."""
    for part_key, taken in by_part(roster.claims).items():
        if taken <= roster.capacity:
            roster.claims.filter(part_key=part_key, is_extra=True).update(is_extra=False)


def release(sign_up: SignUp) -> None:
    sign_up.claims.all().delete()


def move(sign_up: SignUp, roster: Roster) -> None:
    """Let go of the seats on the present roster; those claimed on `roster` are now the own ones."""
    sign_up.claims.exclude(roster=roster).delete()
    sign_up.claims.update(offer=None)


def _free_number(roster_id: int, part_key: UUID, capacity: int, beyond: bool) -> tuple[int, bool]:
    """(number, whether it is an extra one). Extra ones leave the numbers of ordinary seats alone:
    whoever leaves makes room for nobody until fewer have a seat than there are.
    """
    claims = SeatClaim.objects.filter(roster_id=roster_id, part_key=part_key)
    numbers = set(claims.values_list("seat_number", flat=True))
    if len(numbers) >= capacity:
        if not beyond:
            raise NoSeatError
        return max([capacity, *numbers]) + 1, True
    return next(number for number in range(1, capacity + 1) if number not in numbers), False
