"""Offers that are refused, withdrawn or never answered, and dates that change meanwhile."""

import datetime

import pytest
import time_machine

from courses.domain import invariants, swaps
from courses.models import CourseEventPage, Roster
from mail.models import OutgoingMail
from tests import factories
from tests.courses.domain.swapping import (
    free,
    places,
    places_on,
    somebody_who_wishes,
    state,
    wishes,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("invariants_hold")]


def test_refusing_frees_the_seats_and_removes_the_wish(offered, wisher, own, other, office):
    swaps.refuse(offered)
    swaps.refuse(offered)
    assert (state(offered), wishes(wisher)) == ("refused", [])
    assert places(wisher) == places_on(own)
    assert free(other) == [1, 1]
    assert OutgoingMail.objects.filter(kind="office_change").count() == 1
    with pytest.raises(swaps.OfferGoneError):
        swaps.accept(offered)


def test_an_unanswered_offer_lapses_and_the_next_person_can_get_one(
    offered, wisher, own, other, office
):
    waiting = somebody_who_wishes(own, other)
    assert swaps.lapse_unanswered(now=offered.until - datetime.timedelta(seconds=1)) == 0
    assert free(other) == [0, 0]
    with time_machine.travel(offered.until):
        assert free(other) == [1, 1]  # before any job has run
        assert swaps.lapse_unanswered() == 1
        assert swaps.lapse_unanswered() == 0
        assert (state(offered), wishes(wisher)) == ("lapsed", [other.roster])
        assert swaps.matches(other.roster) == [wisher, waiting]
        next_offer = swaps.offer(waiting, other.roster, by=office)
        assert swaps.accept(next_offer).roster == other.roster
    assert places(wisher) == places_on(own)
    assert OutgoingMail.objects.filter(kind="swap_lapsed").count() == 1


def test_a_new_sign_up_can_have_the_place_of_an_offer_that_has_lapsed(offered, other, wisher):
    with time_machine.travel(offered.until):
        new = factories.sign_up(factories.again(other))
    assert places(new) == places_on(other)
    assert state(offered) == "lapsed"


def test_staff_can_withdraw_an_offer(offered, wisher, own, other, office):
    swaps.withdraw(offered, by=office)
    assert (state(offered), wishes(wisher)) == ("withdrawn", [other.roster])
    assert places(wisher) == places_on(own)
    assert free(other) == [1, 1]


def test_a_wish_that_is_on_offer_stays(offered, wisher, other):
    swaps.set_wishes(wisher, [])
    assert wishes(wisher) == [other.roster]


def test_a_lower_capacity_keeps_the_offered_seat(own, office):
    other = factories.event(own.course, parts=[factories.part(30)], capacity=5)
    factories.fill(other, 2)
    offer = swaps.offer(somebody_who_wishes(own, other), other.roster, by=office)
    page = CourseEventPage.objects.get(pk=other.page.pk)
    page.capacity = 1
    factories.publish(page)
    assert Roster.objects.get(pk=other.roster.pk).capacity == 3
    assert swaps.accept(offer).roster == other.roster


def test_an_offer_includes_a_part_that_is_added(offered, own, other):
    for event in (own, other):
        page = CourseEventPage.objects.get(pk=event.page.pk)
        page.parts.add(factories.part(200, label="Extra dag"))
        factories.publish(page)
    assert list(invariants.violations()) == []
    moved = swaps.accept(offered)
    assert places(moved) == places_on(factories.again(other))
