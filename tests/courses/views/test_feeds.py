"""The feeds of dates for other machines, read as these would read them."""

import json
import xml.etree.ElementTree as ElementTree

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone
from wagtail.models import PageViewRestriction

from courses.domain import go_no_go, rosters
from tests import factories
from tests.test_schema_org import faults_of, things_in

pytestmark = [pytest.mark.django_db, pytest.mark.anywhere]

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def course(institute):
    return factories.course()


@pytest.fixture
def shown(course):
    """A coming date; beside it one that is long over, a draft, and one of another course."""
    event = factories.event(course)
    factories.event(course, parts=[factories.part(-90, -31)])
    factories.event_page(course)
    factories.event()
    return event


def read_json(client, page):
    response = client.get(f"{page.url}agenda.json")
    assert response["Content-Type"] == "application/ld+json"
    return json.loads(response.content)


def read_atom(client, page):
    response = client.get(f"{page.url}agenda.atom")
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def codes(feed):
    return [entry["item"]["identifier"] for entry in feed["dataFeedElement"]]


def on_page(client, event):
    html = BeautifulSoup(client.get(event.url).content, "html.parser")
    [graph] = [json.loads(s.string) for s in html.select('script[type="application/ld+json"]')]
    return next(thing for thing in graph["@graph"] if thing["@type"] == "EducationEvent")


def test_the_feed_of_a_course_has_its_dates_as_their_pages_tell_them(client, course, shown):
    feed = read_json(client, course)
    [entry] = feed["dataFeedElement"]
    told = entry["item"]
    assert entry["dateModified"] == timezone.localtime(shown.facts.last_published_at).isoformat()
    assert told == on_page(client, shown)
    assert (feed["@context"], feed["@type"], feed["name"], feed["url"]) == (
        "https://schema.org",
        "DataFeed",
        course.title,
        course.canonical_url,
    )


def test_the_feed_of_the_overview_has_the_dates_of_all_courses(client, course, shown):
    index = course.get_parent().specific
    assert len(codes(read_json(client, index))) == 2
    assert len(read_atom(client, index).findall(f"{ATOM}entry")) == 2


def test_the_objects_are_schema_orgs(client, course, shown):
    things = things_in(read_json(client, course))
    assert {thing["@type"] for thing in things} >= {"DataFeed", "EducationEvent", "Offer"}
    assert [fault for thing in things for fault in faults_of(thing)] == []


def test_an_atom_entry_is_news_again_when_its_page_says_something_else(client, course, shown):
    rosters.note_what_pages_say()
    first = read_atom(client, course)
    [before] = first.findall(f"{ATOM}entry")
    go_no_go.go_ahead(shown.roster, by=factories.user())
    rosters.note_what_pages_say()
    again = read_atom(client, course)
    [after] = again.findall(f"{ATOM}entry")

    def text(entry, name):
        return entry.find(ATOM + name).text

    assert text(before, "id") == text(after, "id") == f"urn:uuid:{shown.facts.translation_key}"
    assert text(before, "updated") < text(after, "updated") == text(again, "updated")
    assert text(before, "summary") == "Dalfsen. Plaatsen beschikbaar. €\xa01.195,- per persoon."
    assert "Deze cursus gaat zeker door." in text(after, "summary")
    assert after.find(f"{ATOM}link").get("href") == shown.page.canonical_url
    assert first.find(f"{ATOM}link[@rel='self']").get("href").endswith("/agenda.atom")


@pytest.mark.parametrize("kind", ["json", "atom"])
def test_a_feed_is_open_cacheable_and_without_cookies(client, course, shown, kind):
    response = client.get(f"{course.url}agenda.{kind}")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cache-Control"] == "public, max-age=300"
    assert not response.cookies
    unchanged = client.get(
        f"{course.url}agenda.{kind}", headers={"if-none-match": response["ETag"]}
    )
    assert unchanged.status_code == 304


@pytest.mark.parametrize("kind", ["json", "atom"])
def test_there_is_no_feed_of_one_date_of_a_text_or_of_what_is_hidden(client, course, shown, kind):
    hidden = factories.course()
    PageViewRestriction.objects.create(page=hidden, restriction_type=PageViewRestriction.LOGIN)
    paths = [shown.url, "/", hidden.url, "/niets/"]
    found = {client.get(f"{path}agenda.{kind}").status_code for path in paths}
    assert found == {404}


def test_the_pages_that_list_dates_name_their_feeds(client, course, shown):
    for page in (course, course.get_parent().specific):
        html = BeautifulSoup(client.get(page.url).content, "html.parser")
        links = {
            link["type"]: link["href"] for link in html.select("head link[rel=alternate][type]")
        }
        assert links == {
            "text/calendar": f"{page.url}agenda.ics",
            "application/atom+xml": f"{page.url}agenda.atom",
            "application/ld+json": f"{page.url}agenda.json",
        }
