"""Wishes for another date, and the places that match them."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from courses.domain import cancellations, holds, payments, seats, swaps
from courses.domain.transitions import WrongStateError
from courses.models import Roster
from tests import factories
from tests.courses.domain.swapping import free, places, places_on, somebody_who_wishes, wishes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("invariants_hold")]


def test_a_wish_can_be_added_and_removed_after_signing_up(own, other):
    sign_up = factories.sign_up(own)
    assert [event.code for event in swaps.choices(sign_up)] == [other.code]
    swaps.set_wishes(sign_up, [other.roster.pk])
    assert wishes(sign_up) == [other.roster]
    swaps.set_wishes(sign_up, [other.roster.pk])
    swaps.set_wishes(sign_up, [])
    assert wishes(sign_up) == []
    notes = list(sign_up.changes.exclude(note="").values_list("note", flat=True))
    assert notes == ["wishes for another date changed"] * 2


def test_only_coming_dates_of_the_same_course_can_be_wished_for(own, other):
    sign_up = factories.sign_up(own)
    begun = factories.event(own.course, parts=[factories.part(0)])
    off = factories.event(own.course, parts=[factories.part(90)])
    Roster.objects.filter(pk=off.roster.pk).update(state="called_off")
    hidden = factories.event_page(own.course, parts=[factories.part(91)])
    another_course = factories.event()
    for event in (own, begun, off, another_course):
        swaps.set_wishes(sign_up, [event.roster.pk])
        assert wishes(sign_up) == []
    assert not hidden.live
    assert [event.code for event in swaps.choices(sign_up)] == [other.code]


def test_only_live_sign_ups_for_a_whole_course_to_come_can_wish(own, other, office):
    alumna = factories.sign_up(own, factories.somebody(admission="alumni"), kind="alumni")
    gone = cancellations.cancel(factories.sign_up(own), by=office)
    here = factories.sign_up(own)
    assert swaps.choices(alumna) == swaps.choices(gone) == []
    assert len(swaps.choices(here)) == 1
    with pytest.raises(WrongStateError):
        swaps.set_wishes(gone, [other.roster.pk])
    with time_machine.travel(timezone.now() + datetime.timedelta(days=60)):
        holds.expire()
        assert swaps.choices(here) == []


def test_matches_are_in_the_order_of_sign_up(own, other, office):
    first = payments.record(somebody_who_wishes(own, other), by=office)
    second = somebody_who_wishes(own, other)
    somebody_who_wishes(own)
    factories.sign_up(own, factories.somebody(admission="exception"))
    cancellations.cancel(somebody_who_wishes(own, other), by=office)
    assert swaps.matches(other.roster) == [first, second]
    assert swaps.all_matches() == [(other.roster, [first, second])]


def test_a_full_date_has_no_matches_until_a_place_frees(wisher, other, office):
    [holder] = factories.fill(other)
    assert swaps.matches(other.roster) == []
    assert swaps.wishers([other.roster]) == {other.roster.pk: [wisher]}
    cancellations.cancel(holder, by=office)
    assert swaps.matches(other.roster) == [wisher]


def test_room_in_one_part_only_is_no_room(wisher, own, office):
    parts = [factories.part(30), factories.part(120, label="Terugkomdag", open_to_alumni=True)]
    other = factories.event(own.course, parts=parts, capacity=1)
    swaps.set_wishes(wisher, [other.roster.pk])
    factories.sign_up(other, factories.somebody(admission="alumni"), kind="alumni")
    assert free(other) == [1, 0]
    assert swaps.matches(other.roster) == []
    with pytest.raises(seats.NoSeatError):
        swaps.offer(wisher, other.roster, by=office)
    assert places(wisher) == places_on(own)


def test_dates_that_nobody_can_move_to_have_no_matches(wisher, other):
    Roster.objects.filter(pk=other.roster.pk).update(state="called_off")
    assert swaps.matches(other.roster) == []
    Roster.objects.filter(pk=other.roster.pk).update(state="closed")
    assert swaps.matches(other.roster) == [wisher]
    with time_machine.travel(timezone.now() + datetime.timedelta(days=31)):
        assert swaps.all_matches() == []


def test_the_matches_of_all_dates_take_a_fixed_number_of_queries(
    own, other, django_assert_max_num_queries
):
    third = factories.event(own.course, parts=[factories.part(20)])
    for number in (1, 3):
        for _person in range(number):
            somebody_who_wishes(own, other, third)
        with django_assert_max_num_queries(13):
            found = swaps.all_matches()
        assert [roster for roster, _people in found] == [third.roster, other.roster]
