"""Counts seats: how many of each part are taken."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Manager, Q, QuerySet
from django.utils import timezone

from courses.models import Roster, SeatClaim, SignUp


def taken(rosters: Iterable[Roster], now: datetime | None = None) -> Counter[tuple[int, UUID]]:
    """The number of seats that are taken or offered: {(roster id, part key): number}, 0 if absent.

    A hold or an offer whose term has passed takes none.
    """
    own, offered = (
        claims.filter(roster__in=rosters)
        .values_list("roster_id", "part_key")
        .annotate(Count("pk"))
        .order_by()
        for claims in _counting(now or timezone.now())
    )
    counted: Counter[tuple[int, UUID]] = Counter()
    for roster, part, number in own.union(offered, all=True):
        counted[roster, part] += number
    return counted


def least_capacity(roster: Roster) -> int:
    """The lowest capacity that a roster can get now, in seats.

    It never falls below what is taken, lapsed holds and offers included. Where the office let
    people in beyond capacity, the capacity can only stay or grow.
    """
    return min(max(count_by_part(roster.claims).values(), default=0), roster.capacity)


def count_by_part(claims: QuerySet[SeatClaim] | Manager[SeatClaim]) -> dict[UUID, int]:
    """{part key: the number of these claims}, lapsed holds and offers included."""
    return dict(claims.values_list("part_key").annotate(Count("pk")).order_by())


def _counting(now: datetime) -> tuple[QuerySet[SeatClaim], QuerySet[SeatClaim]]:
    """The claims of people's own seats, and those of offered ones: no claim is in both.

    As one question with an “or” over both, PostgreSQL takes twenty times as long to plan it.
    """
    own = Q(sign_up__state=SignUp.State.CONFIRMED) | Q(
        sign_up__state__in=SignUp.HELD, sign_up__hold_until__gt=now
    )
    claims = SeatClaim.objects
    return claims.filter(own, offer=None), claims.filter(offer__until__gt=now)
