"""The start page asks for what visitors want to know and nobody has filled in."""

import datetime

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache

from core.models import User
from courses.models import CourseIndexPage, CoursePage, CoursePlace, DayMoment
from courses.office.start import visitors
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.anywhere]


@pytest.fixture
def owner(event):
    return User.objects.create_superuser("eigenaar")


def lines(user):
    cache.clear()
    return [(str(line.label), line.number) for line in visitors.staff_to_do(user)]


def inform(town, **facts):
    return CoursePlace.objects.create(
        page=CourseIndexPage.objects.get(), town=town, locale=factories.locale(), **facts
    )


def test_places_and_courses_without_what_visitors_ask_are_named(owner, event):
    factories.event(event.course, parts=[factories.part(90, place="Vlieland")])

    assert lines(owner) == [
        (
            "plaatsen waarvan nog niet staat hoe men er komt, parkeert of overnacht:"
            " Dalfsen, Vlieland",
            2,
        ),
        ("cursus zonder dagindeling van uur tot uur: Runningtherapie", 1),
    ]


def test_what_is_complete_is_asked_no_more(owner, event):
    inform("Dalfsen", public_transport="Bus 40.", parking="Gratis.", overnight="In het hotel.")
    DayMoment.objects.create(
        page=CoursePage.objects.get(),
        at=datetime.time(9, 30),
        what="Ontvangst",
        locale=factories.locale(),
    )

    assert lines(owner) == []


def test_a_place_of_which_half_is_known_is_still_asked(owner, event):
    inform("Dalfsen", public_transport="Bus 40.")

    assert [number for _label, number in lines(owner)] == [1, 1]


def test_the_town_of_a_past_date_is_not_asked(owner, event):
    factories.event(event.course, parts=[factories.part(-9, place="Vlieland")])

    assert "Vlieland" not in str(lines(owner))


def test_who_may_not_edit_the_pages_is_asked_nothing(event):
    user = factories.user("geld")
    user.groups.add(Group.objects.get(name="Geld"))

    assert lines(user) == []
