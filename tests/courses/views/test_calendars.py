"""The public calendar feeds, read with a parser of iCalendar files."""

import datetime

import pytest
from django.urls import reverse
from icalendar import Calendar
from wagtail.models import PageViewRestriction
from wagtail_localize.models import LocaleSynchronization

from courses.domain import go_no_go
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.anywhere]

HOURS = {"starts_at": datetime.time(9, 30), "ends_at": datetime.time(17)}


@pytest.fixture
def course(institute):
    return factories.course(title="Hardlopen, deel 1; en meer")


def feed_path(page):
    return page.url + "agenda.ics"


def index_of(course):
    return course.get_parent().specific


def read(client, page):
    response = client.get(feed_path(page))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(response.content)


def uids(file):
    return [str(entry["UID"]).partition("@")[0] for entry in file.events]


def test_a_feed_has_every_part_of_coming_and_recent_dates(client, course):
    over = factories.event(course, parts=[factories.part(-90, -31)])
    running = factories.event(course, parts=[factories.part(-40), factories.part(5)])
    coming = factories.event(course)
    elsewhere = factories.event()
    factories.event_page(course)  # a draft

    def expected(*shown):
        codes = {e: e.code.lower().replace("-", ".") for e in shown}
        return [f"{codes[e]}-{n}" for e in shown for n in range(1, len(e.parts) + 1)]

    assert uids(read(client, course)) == expected(running, coming)
    file = read(client, index_of(course))
    assert sorted(uids(file)) == sorted(expected(running, coming, elsewhere))
    assert over.code.lower() not in " ".join(uids(file))


def test_an_entry_has_the_days_place_address_and_revision_of_its_part(client, course):
    event = factories.event(course, parts=[factories.part(60, 61, venue="De Stokte")])
    file = read(client, course)
    [entry] = file.events
    assert (entry.start, entry.end) == (factories.day(60), factories.day(62))
    assert str(entry["SUMMARY"]) == f"{event.title}: Lesdagen"
    assert str(entry["LOCATION"]) == "De Stokte, Dalfsen"
    assert str(entry["URL"]) == event.page.canonical_url
    assert (str(entry["STATUS"]), entry["SEQUENCE"]) == ("CONFIRMED", 0)
    assert entry["DTSTAMP"].dt == entry["LAST-MODIFIED"].dt
    assert entry["DTSTAMP"].dt == event.facts.last_published_at.replace(microsecond=0)
    # The library does not know this property, and leaves its commas escaped.
    assert str(file["X-WR-CALNAME"]).replace("\\", "") == course.title
    assert "METHOD" not in file
    assert file.refresh_interval == datetime.timedelta(hours=6)
    assert (file["REFRESH-INTERVAL"].params["VALUE"], str(file["X-PUBLISHED-TTL"])) == (
        "DURATION",
        "PT6H",
    )


def test_hours_come_with_their_time_zone(client, course):
    factories.event(course, parts=[factories.part(60, 61, **HOURS)])
    file = read(client, course)
    assert [entry.start.hour for entry in file.events] == [9, 9]
    assert [zone.tz_name for zone in file.timezones] == ["Europe/Amsterdam"]


def test_a_date_that_is_called_off_is_cancelled_in_calendars(client, course):
    event = factories.event(course)
    go_no_go.call_off(event.roster, by=None)
    entries = read(client, course).events
    assert [(str(e["STATUS"]), e["SEQUENCE"]) for e in entries] == [("CANCELLED", 1)] * 2


def test_an_unchanged_feed_is_answered_with_304(client, course):
    event = factories.event(course)
    first = client.get(feed_path(course))
    assert first["Cache-Control"] == "public, max-age=300"
    assert not first.cookies
    again = client.get(feed_path(course), headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")

    go_no_go.call_off(event.roster, by=None)
    changed = client.get(feed_path(course), headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200
    assert client.post(feed_path(course)).status_code == 405


@pytest.mark.parametrize("number", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_dates(
    number, client, course, django_assert_max_num_queries
):
    for _number in range(number):
        factories.event(course)
    client.get(feed_path(course))
    with django_assert_max_num_queries(20):
        assert len(read(client, index_of(course)).events) == 2 * number


def test_a_feed_is_in_the_language_of_its_page(client, course):
    factories.event(course)
    english = factories.locale("en")
    LocaleSynchronization.objects.create(locale=english, sync_from=factories.locale())
    file = read(client, course.get_translation(english))
    assert "/en/" in str(file.events[0]["URL"])
    assert str(file.events[0]["LOCATION"]) == "Dalfsen, venue to be announced"
    assert uids(file) == uids(read(client, course))


def test_a_single_date_has_a_public_calendar(client, course):
    event = factories.event(course)
    assert uids(read(client, event.page)) == [f"{event.code.lower()}-{n}" for n in (1, 2)]


def test_private_and_unknown_pages_have_no_calendar(client, course):
    event = factories.event(course)
    PageViewRestriction.objects.create(page=course, restriction_type="login")
    assert client.get(feed_path(course)).status_code == 404
    assert client.get(feed_path(event.page)).status_code == 404
    assert read(client, index_of(course)).events == []
    for path in ("/agenda.ics", "/bestaat-niet/agenda.ics"):
        assert client.get(path).status_code == 404
    assert client.get(reverse("calendar", args=["cursus/"])).status_code == 200


def test_pages_link_to_their_calendar(client, course):
    event = factories.event(course)
    for page in (course, index_of(course)):
        html = client.get(page.url).text
        assert f'title="Agenda-abonnement op de cursusdata" href="{feed_path(page)}"' in html
        assert f'href="webcal://testserver{feed_path(page)}"' in html
    assert f'href="{feed_path(event.page)}"' in client.get(event.url).text
