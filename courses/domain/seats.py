"""Claims seats in the parts of a date. Unique seat numbers guard against overselling."""

from collections.abc import Iterable
from uuid import UUID

from courses.models import Roster, SeatClaim, SignUp, SwapOffer
from courses.reading.seats import count_by_part


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
    """Claim one seat in each part. Call it with the roster locked.

    The seats are on the sign-up's own roster, on that of an `offer`, or on the `roster` to which it
    moves. With `beyond` a full part gets an extra seat; returns whether any did. Raises NoSeatError
    when a part is full; then the caller rolls back.
    """
    roster_id = roster.pk if roster else (offer or sign_up).roster_id
    part_keys = list(part_keys)
    taken = _numbers(roster_id, part_keys)
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
        for number, is_extra in [_free_number(taken[part_key], capacity, beyond)]
    ]
    SeatClaim.objects.bulk_create(claims)
    return any(claim.is_extra for claim in claims)


def make_extra_seats_ordinary(roster: Roster) -> None:
    """Turn extra seats into ordinary ones in parts where a higher capacity now has room for all."""
    for part_key, taken in count_by_part(roster.claims).items():
        if taken <= roster.capacity:
            roster.claims.filter(part_key=part_key, is_extra=True).update(is_extra=False)


def release(sign_up: SignUp) -> None:
    """Free all seats of this sign-up, offered ones included."""
    sign_up.claims.all().delete()


def move(sign_up: SignUp, roster: Roster) -> None:
    """Free the seats on the present roster; those claimed on `roster` become the sign-up's own."""
    sign_up.claims.exclude(roster=roster).delete()
    sign_up.claims.update(offer=None)


def _numbers(roster_id: int, part_keys: list[UUID]) -> dict[UUID, set[int]]:
    """{part key: the numbers of its seats that are taken}."""
    numbers: dict[UUID, set[int]] = {part_key: set() for part_key in part_keys}
    claims = SeatClaim.objects.filter(roster_id=roster_id, part_key__in=part_keys)
    for part_key, number in claims.values_list("part_key", "seat_number"):
        numbers[part_key].add(number)
    return numbers


def _free_number(numbers: set[int], capacity: int, beyond: bool) -> tuple[int, bool]:
    """(seat number, whether it is an extra seat), where these numbers are taken.

    Numbers of extra seats lie beyond those of ordinary ones. As long as as many seats are taken as
    there are, a seat that is freed goes to nobody else.
    """
    if len(numbers) >= capacity:
        if not beyond:
            raise NoSeatError
        return max([capacity, *numbers]) + 1, True
    return next(number for number in range(1, capacity + 1) if number not in numbers), False
