"""When search engines hear that a page with dates has changed."""

import datetime
import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.dateparse import parse_date
from wagtail.models import Page

from core.periodic import discover
from courses.domain import go_no_go
from courses.models import Roster
from tests import factories

pytestmark = pytest.mark.django_db

LONG_AGO = datetime.timedelta(days=400)


def days(client):
    """{path: its lastmod} in the sitemap."""
    xml = client.get("/sitemap.xml").text
    found = re.findall(r"<loc>http://testserver(.*?)</loc>(?:<lastmod>(.*?)</lastmod>)?", xml)
    return {path: parse_date(day[:10]) if day else None for path, day in found}


def note():
    discover()["note_what_pages_say"].run()


@pytest.fixture
def then(institute):
    """Two dates, a person of the site published them long ago; the day of that."""
    with time_machine.travel(timezone.now() - LONG_AGO, tick=False):
        day = timezone.localdate()
        event, other = (
            factories.event(capacity=2, parts=[factories.part(LONG_AGO.days + 60 + n)])
            for n in range(2)
        )
        note()
    return day, event, other


def test_a_date_that_fills_up_has_changed_with_all_that_show_it(client, then):
    day, event, other = then
    before = days(client)
    assert {before[page.url] for page in (event.page, other.page, event.course)} == {day}

    factories.fill(event)
    note()

    after, today = days(client), timezone.localdate()
    index = event.course.get_parent()
    changed = [event.page, event.course, index]
    assert [after[page.url] for page in changed] == [today] * 3
    assert [after[page.url] for page in (other.page, other.course)] == [day, day]


def test_a_sign_up_that_changes_no_word_changes_no_day(client, then):
    day, _event, _other = then
    wide = factories.event(capacity=24)
    note()
    Page.objects.update(last_published_at=timezone.now() - LONG_AGO)
    factories.sign_up(wide)
    note()
    assert days(client)[wide.page.url] == day


def test_a_decision_is_a_change(client, then, office):
    _day, event, other = then
    go_no_go.go_ahead(event.roster, by=office)
    note()
    since = dict(Roster.objects.values_list("code", "shown_since"))
    assert since[event.code] is not None
    assert since[other.code] is None
    assert days(client)[event.page.url] == timezone.localdate()


def test_the_price_of_a_course_changes_its_dates(client, then):
    day, event, other = then
    factories.publish(event.course)
    found = days(client)
    assert found[event.page.url] == timezone.localdate()
    assert found[other.page.url] == day


def test_a_date_leaves_the_sitemap_a_year_after_its_last_day(client, institute):
    kept = factories.event(parts=[factories.part(-365)])
    gone = factories.event(parts=[factories.part(-366)])
    found = days(client)
    assert kept.page.url in found
    assert gone.page.url not in found
    assert client.get(gone.page.url).status_code == 200


def test_the_sitemap_takes_as_many_queries_however_many_dates_there_are(client, then):
    def queries():
        with CaptureQueriesContext(connection) as found:
            client.get("/sitemap.xml")
        return len(found)

    queries()
    before = queries()
    for _number in range(3):
        factories.event(then[1].course)
    queries()  # finds again what was forgotten when something was published
    assert queries() == before <= 16
