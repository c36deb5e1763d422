from collections import Counter

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.domain import (
    additions,
    cancellations,
    holds,
    invariants,
    payments,
    seats,
    sign_ups,
    transitions,
)
from courses.models import SeatClaim, SignUp
from courses.reading.seats import least_capacity
from courses.reading.seats import taken as seats_taken
from tests import factories

pytestmark = pytest.mark.django_db


def claim(event, sign_up, part=0):
    seats.claim(sign_up, [event.parts[part].key], capacity=event.roster.capacity)


@pytest.fixture
def guest(small_event):
    """A sign-up whose seats were released, so that a test can claim them."""
    taken = factories.sign_up(small_event)
    seats.release(taken)
    return taken


def test_a_freed_number_is_used_again(small_event, office):
    first, second = factories.fill(small_event)
    cancellations.cancel(first, by=office)
    third = factories.sign_up(factories.again(small_event))
    assert sorted(third.claims.values_list("seat_number", flat=True)) == [1, 1]
    assert sorted(second.claims.values_list("seat_number", flat=True)) == [2, 2]


def test_a_part_that_is_full_leaves_no_seat_in_the_others(small_event, guest):
    for _person in range(2):
        factories.sign_up(small_event, factories.somebody(admission="alumni"), kind="alumni")
    keys = [part.key for part in small_event.parts]
    with pytest.raises(seats.NoSeatError), transaction.atomic():
        seats.claim(guest, keys, capacity=2)
    assert not guest.claims.exists()


def test_the_database_refuses_the_same_seat_twice(small_event, guest):
    claim(small_event, guest)
    other = factories.sign_up(small_event, factories.somebody(admission="alumni"), kind="alumni")
    with pytest.raises(IntegrityError), transaction.atomic():
        SeatClaim.objects.create(
            roster=small_event.roster,
            part_key=small_event.parts[0].key,
            seat_number=1,
            sign_up=other,
        )


def test_the_database_refuses_two_seats_for_one_person(small_event, guest):
    claim(small_event, guest)
    with pytest.raises(IntegrityError), transaction.atomic():
        claim(small_event, guest)


def test_seats_of_lapsed_holds_count_as_free_but_stay_numbered(small_event):
    first, _second = factories.fill(small_event)
    keys = [(small_event.roster.pk, part.key) for part in small_event.parts]
    assert seats_taken([small_event.roster]) == dict.fromkeys(keys, 2)
    assert seats_taken([small_event.roster], now=first.hold_until) == dict.fromkeys(keys, 1)
    assert least_capacity(small_event.roster) == 2


def test_only_the_parts_that_fit_again_lose_their_extra_seats(small_event, office):
    factories.fill(small_event)
    alumni = {"application": factories.somebody(), "agreement": factories.agreement(kind="alumni")}
    more = {"price_cents": 0, "by": office, "reason": "Afgesproken"}
    additions.add(small_event.roster, **alumni, **more)
    course = {"application": factories.somebody(), "agreement": factories.agreement()}
    additions.add(small_event.roster, **course, **more)
    first, second = (part.key for part in small_event.parts)

    small_event.facts.capacity = 3  # room for three on the course, where four come back
    factories.publish(small_event.facts)

    extra = small_event.roster.claims.filter(is_extra=True).values_list("part_key", flat=True)
    assert counted(small_event) == {first: 3, second: 4}
    assert sorted(extra, key=str) == [second, second]
    assert list(invariants.violations()) == []


ACTIONS = st.lists(
    st.tuples(st.sampled_from(["course", "alumni", "cancel", "pay", "lapse"]), st.integers(0, 9)),
    max_size=14,
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(actions=ACTIONS)
def test_whatever_happens_only_live_sign_ups_have_seats(institute, office, actions):
    event = factories.event(capacity=3)
    people = []
    for what, who in actions:
        if what in ("course", "alumni"):
            people += join(factories.again(event), what)
        elif people:
            act(what, people[who % len(people)], office)
        assert counted(event) == expected(event)
        assert max([*counted(event).values(), 0]) <= 3
    assert list(invariants.violations()) == []
    factories.publish(event.facts)  # brings the roster in line, without losing seats
    assert counted(event) == expected(event)


def join(event, kind):
    try:
        return [factories.sign_up(event, kind=kind)]
    except sign_ups.UnavailableError:
        assert event.free_for(kind) == 0
        return []


def act(what, sign_up, office):
    verb = {"cancel": cancellations.cancel, "pay": payments.record}.get(what)
    if verb is None:
        holds.expire(now=sign_up.hold_until)
        return
    try:
        verb(sign_up, by=office)
    except transitions.WrongStateError:
        assert SignUp.objects.get(pk=sign_up.pk).state != "awaiting_payment"


def counted(event):
    return Counter(event.roster.claims.values_list("part_key", flat=True))


def expected(event):
    live = SignUp.objects.filter(roster=event.roster, state__in=SignUp.LIVE)
    count = Counter()
    for kind in live.values_list("kind", flat=True):
        count.update(part.key for part in event.parts_for(kind))
    return count
