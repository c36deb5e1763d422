"""Dates that cannot be joined, and why."""

import datetime

import pytest
from django.utils import timezone

from courses.domain import (
    rosters,
    sign_ups,
)
from courses.models import Roster, SignUp
from courses.reading.availability import Availability
from mail.models import OutgoingMail
from tests import factories

pytestmark = pytest.mark.django_db


def past():
    return factories.event(parts=[factories.part(-3, -2)])


def running():
    return factories.event(parts=[factories.part(-1), factories.part(30)])


def begins_today():
    return factories.event(parts=[factories.part(0)])


def not_yet_open():
    return factories.event(sign_up_opens=timezone.now() + datetime.timedelta(hours=1))


def closed_by_the_calendar():
    return factories.event(sign_up_closes=timezone.now() - datetime.timedelta(seconds=1))


def in_roster_state(state):
    event = factories.event()
    Roster.objects.filter(pk=event.roster.pk).update(state=state)
    return factories.again(event)


def said_to_be(override):
    event = factories.event(capacity=1)
    Roster.objects.filter(pk=event.roster.pk).update(availability_override=override)
    return factories.again(event)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (past, Availability.PAST),
        (running, Availability.CLOSED),
        (begins_today, Availability.CLOSED),
        (not_yet_open, Availability.NOT_YET_OPEN),
        (closed_by_the_calendar, Availability.CLOSED),
        (lambda: in_roster_state("closed"), Availability.CLOSED),
        (lambda: in_roster_state("called_off"), Availability.CALLED_OFF),
        (lambda: said_to_be("full"), Availability.FULL),
    ],
)
def test_a_date_that_cannot_be_joined_says_why(institute, make, why):
    event = make()
    with pytest.raises(sign_ups.UnavailableError) as caught:
        factories.sign_up(event)
    assert caught.value.availability == why
    assert SignUp.objects.count() == 0
    assert OutgoingMail.objects.count() == 0


@pytest.mark.parametrize("state", ["closed", "called_off"])
def test_a_decision_of_staff_applies_to_forms_that_were_open_before(event, state):
    Roster.objects.filter(pk=event.roster.pk).update(state=state)
    with pytest.raises(sign_ups.UnavailableError) as caught:
        factories.sign_up(event)
    assert caught.value.availability == state


def test_a_date_that_staff_called_full_a_moment_ago_is_full(event):
    rosters.set_availability(event.roster, state="planned", availability_override="full")
    with pytest.raises(sign_ups.UnavailableError) as caught:
        factories.sign_up(event)
    assert caught.value.availability == Availability.FULL


@pytest.mark.parametrize("override", ["many", "few"])
def test_staff_cannot_open_a_full_date(institute, override):
    event = said_to_be(override)
    factories.sign_up(event)
    assert factories.again(event).availability == Availability.FULL
    with pytest.raises(sign_ups.UnavailableError):
        factories.sign_up(factories.again(event))


@pytest.mark.parametrize("state", ["planned", "going_ahead"])
def test_a_planned_date_and_one_that_goes_ahead_take_people(institute, state):
    assert factories.sign_up(in_roster_state(state)).state == SignUp.State.AWAITING_PAYMENT
