"""How many seats are taken, of every state that a sign-up and an offer can have."""

import datetime
from collections import Counter

import pytest
from django.db.models import Count, Q
from django.utils import timezone

from courses.models import SeatClaim, SignUp, SwapOffer
from courses.reading.seats import taken
from tests import factories

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def mixed(institute):
    """Two dates with people in every state; terms of holds and offers that run or have passed."""
    now = timezone.now()
    here, there = factories.event(capacity=30), factories.event(capacity=30)
    for shown in (here, there):
        for state in SignUp.State.values:
            for term in (now - HOUR, now + HOUR):
                person = factories.sign_up(shown, factories.somebody())
                SignUp.objects.filter(pk=person.pk).update(state=state, hold_until=term)
    for number, until in enumerate((now - HOUR, now + HOUR, now + HOUR)):
        person = factories.sign_up(here, factories.somebody())
        offer = SwapOffer.objects.create(
            sign_up=person, roster=there.roster, left=here.roster, until=until, created_at=now
        )
        SeatClaim.objects.create(
            roster=there.roster,
            part_key=there.parts[0].key,
            seat_number=25 + number,
            sign_up=person,
            offer=offer,
        )
    return here, there, now


def test_seats_are_counted_in_one_question_for_any_number_of_dates(
    mixed, django_assert_num_queries
):
    here, there, now = mixed
    with django_assert_num_queries(1):
        counted = taken([here.roster, there.roster], now)

    # Confirmed twice, review and awaiting payment once each; those whose term runs.
    own = {"here": 4 + 3, "there": 4}
    assert counted == Counter(
        {
            (here.roster_id, here.parts[0].key): own["here"],
            (here.roster_id, here.parts[1].key): own["here"],
            (there.roster_id, there.parts[0].key): own["there"] + 2,
            (there.roster_id, there.parts[1].key): own["there"],
        }
    )


def test_two_counts_find_what_one_question_with_or_found(mixed):
    here, there, now = mixed
    own = Q(sign_up__state="confirmed") | Q(
        sign_up__state__in=("review", "awaiting_payment"), sign_up__hold_until__gt=now
    )
    rows = (
        SeatClaim.objects.filter(Q(own, offer=None) | Q(offer__until__gt=now))
        .values_list("roster_id", "part_key")
        .annotate(Count("pk"))
        .order_by()
    )
    expected = Counter({(roster, part): number for roster, part, number in rows})

    assert taken([here.roster, there.roster], now) == expected
    assert taken([there.roster], now) == Counter(
        {key: number for key, number in expected.items() if key[0] == there.roster_id}
    )


def test_no_dates_have_no_seats(mixed):
    assert taken([]) == Counter()
