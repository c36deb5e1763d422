import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.models import CourseIndexPage, CoursePlace
from courses.reading import events, places
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.anywhere]


def inform(town, locale="nl", **facts):
    return CoursePlace.objects.create(
        page=CourseIndexPage.objects.earliest("pk"),
        town=town,
        locale=factories.locale(locale),
        **facts,
    )


@pytest.fixture
def event(institute):
    return factories.event(
        parts=[
            factories.part(60, 61, place="Vlieland", venue="Hotel Zeezicht", address="Dorp 1"),
            factories.part(150, place="Dalfsen", label="Terugkomdag"),
        ]
    )


def test_a_town_of_which_nothing_is_known_is_left_out(event):
    inform("Vlieland", overnight="In het hotel.")
    inform("Dalfsen")
    inform("Bloemendaal", parking="Voor de deur.")
    found = places.of_event(event)

    assert [(one.labels, one.town, one.venue, one.info.overnight) for one in found] == [
        (("Lesdagen",), "Vlieland", "Hotel Zeezicht", "In het hotel.")
    ]
    assert found[0].route_url == ("https://www.openstreetmap.org/directions?to=Dorp+1%2C+Vlieland")


def test_parts_in_one_venue_are_one_destination(institute):
    event = factories.event(
        parts=[factories.part(60, venue="De Stokte"), factories.part(90, venue="De Stokte")]
    )

    assert [one.labels for one in places.of_event(event)] == [("Lesdagen", "Lesdagen")]


def test_it_takes_one_query_however_many_places_there_are(event):
    inform("Dalfsen", parking="Gratis.")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        places.of_event(event)

    assert len(queries) <= 2  # the language of Dutch is looked up once


def test_a_translation_goes_before_the_dutch_text(event):
    dutch = inform("Dalfsen", parking="Gratis.")
    factories.publish(event.page.copy_for_translation(factories.locale("en"), copy_parents=True))
    shown = events.for_reader(event.roster, "en")
    CoursePlace.objects.exclude(pk=dutch.pk).delete()  # what the copy of the page brought
    before = [one.info.parking for one in places.of_event(shown) if one.info]
    inform("Dalfsen", "en", parking="Free.", translation_key=dutch.translation_key)
    after = [one.info.parking for one in places.of_event(shown) if one.info]

    assert (before, after) == (["Gratis."], ["Free."])
