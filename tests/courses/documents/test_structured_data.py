"""The structured data about courses and their dates, for search engines."""

import datetime
import json

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from courses.models import CourseEventPage, CoursePage, Roster
from tests import visitors

pytestmark = pytest.mark.anywhere

SCHEMA = "https://schema.org/"


def data_on(client, url):
    html = BeautifulSoup(client.get(url).content, "html.parser")
    [script] = html.select('script[type="application/ld+json"]')
    graph = json.loads(script.string)
    assert graph["@context"] == "https://schema.org"
    return {thing["@type"]: thing for thing in graph["@graph"]}


def event_on(client, url=None):
    return data_on(client, url or visitors.coming_event().url)["EducationEvent"]


def test_a_date_has_days_places_and_a_price(loaded_site, client):
    page = visitors.coming_event().facts
    first, second = page.parts.all()
    first.first_day, first.last_day = datetime.date(2031, 3, 21), datetime.date(2031, 3, 22)
    second.first_day = second.last_day = datetime.date(2031, 6, 5)
    first.place, second.place = "Dalfsen", "Zwolle"
    page.parts, page.price_cents = [first, second], 129550
    page.save_revision().publish()

    told = event_on(client, page.get_url())

    assert (told["startDate"], told["endDate"]) == ("2031-03-21", "2031-06-05")
    assert [place["name"] for place in told["location"]] == ["Dalfsen", "Zwolle"]
    assert told["offers"]["price"] == "1295.50"
    assert told["offers"]["priceCurrency"] == "EUR"
    assert told["eventStatus"] == f"{SCHEMA}EventScheduled"
    assert told["url"] == f"http://testserver{page.get_url()}"
    assert told["organizer"] == {
        "@type": "EducationalOrganization",
        "@id": "http://testserver/#institute",
        "name": "Runningtherapie.nl",
        "url": "http://testserver/",
    }
    assert [(part["startDate"], part["endDate"]) for part in told["subEvent"]] == [
        ("2031-03-21", "2031-03-22"),
        ("2031-06-05", "2031-06-05"),
    ]
    assert [part["location"][0]["name"] for part in told["subEvent"]] == ["Dalfsen", "Zwolle"]


def test_a_place_is_as_precise_as_staff_filled_it_in(loaded_site, client):
    page = visitors.coming_event().facts
    first, second = page.parts.all()
    first.place, first.venue, first.address = "Dalfsen", "De Trefkoele", "Ruigedoornstraat 108"
    second.place, second.venue, second.address = "Dalfsen", "", ""
    page.parts = [first, second]
    page.save_revision().publish()

    exact, town = event_on(client, page.get_url())["location"]

    assert (exact["name"], exact["address"]["streetAddress"]) == (first.venue, first.address)
    assert (town["name"], "streetAddress" in town["address"]) == ("Dalfsen", False)


def test_a_date_is_shared_with_its_days_town_and_price(loaded_site, client):
    event = visitors.coming_event()
    html = BeautifulSoup(client.get(event.url).content, "html.parser")

    told = html.select_one("meta[name=description]")["content"]

    start = f"{event.days_in_words}, {event.places[0]}. € 1.195,-"
    assert told.replace("\xa0", " ").startswith(start)
    assert html.select_one("meta[property='og:description']")["content"] == told
    title = f"{event.days_in_words}, {event.places[0]}: Driedaagse cursus runningtherapie"
    assert html.select_one("meta[property='og:title']")["content"] == title
    assert html.title.get_text(strip=True) == title


def test_hours_have_a_time_zone(loaded_site, client):
    page = visitors.coming_event().facts
    year = timezone.localdate().year + 1
    winter, summer = page.parts.all()
    winter.first_day = winter.last_day = datetime.date(year, 1, 20)
    summer.first_day = summer.last_day = datetime.date(year, 7, 1)
    page.parts = [winter, summer]
    for part in page.parts.all():
        part.starts_at, part.ends_at = datetime.time(9, 30), datetime.time(17)
    page.save_revision().publish()

    told = event_on(client, page.get_url())

    assert told["startDate"] == f"{year}-01-20T09:30:00+01:00"
    assert told["endDate"] == f"{year}-07-01T17:00:00+02:00"


@pytest.mark.parametrize(
    ("changes", "availability"),
    [
        ({}, "InStock"),
        ({"availability_override": Roster.Override.FEW}, "LimitedAvailability"),
        ({"availability_override": Roster.Override.FULL}, "SoldOut"),
    ],
)
def test_a_date_has_its_availability(loaded_site, client, changes, availability):
    Roster.objects.update(**changes)

    assert event_on(client)["offers"]["availability"] == SCHEMA + availability


def test_a_date_that_opens_later_is_for_pre_order(loaded_site, client):
    page = visitors.coming_event().facts
    page.sign_up_opens = timezone.now() + datetime.timedelta(days=1)
    page.save_revision().publish()

    assert event_on(client)["offers"]["availability"] == f"{SCHEMA}PreOrder"


def test_a_date_that_was_called_off_is_cancelled_and_has_no_offer(loaded_site, client):
    Roster.objects.update(state=Roster.State.CALLED_OFF)

    told = event_on(client)

    assert told["eventStatus"] == f"{SCHEMA}EventCancelled"
    assert "offers" not in told


def test_a_past_date_has_no_offer(loaded_site, client):
    past = CourseEventPage.objects.get(code="RT21032019")

    assert "offers" not in event_on(client, past.url)


def test_a_course_lists_its_coming_dates(loaded_site, client):
    course = data_on(client, CoursePage.objects.first().url)["Course"]

    assert [run["identifier"] for run in course["hasCourseInstance"]] == [
        event.code for event in visitors.coming_events()
    ]
    assert {run["@type"] for run in course["hasCourseInstance"]} == {"CourseInstance"}


def test_a_title_cannot_close_the_script_element(loaded_site, client):
    page = visitors.coming_event().facts
    page.title = "</script><script>alert(1)</script>"
    page.save_revision().publish()

    response = client.get(page.url)

    assert b"<script>alert" not in response.content
    assert event_on(client, page.url)["name"] == page.title
