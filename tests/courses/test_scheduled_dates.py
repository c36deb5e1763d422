"""A date that staff publish later, or take off the site later, by the worker's own job."""

import datetime

import pytest
from django.utils import timezone
from wagtail.models import Locale, Revision
from wagtail_localize.models import LocaleSynchronization
from wagtail_localize.synctree import create_aliases_for_new_page

from core import periodic
from courses.models import CourseEventPage, Roster
from tests import factories

pytestmark = pytest.mark.anywhere

HOUR = datetime.timedelta(hours=1)
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def pages(institute):
    """A draft in Dutch and its English alias."""
    english = factories.locale("en")
    course = factories.course()
    LocaleSynchronization.objects.create(locale=english, sync_from=Locale.get_default())
    page = factories.event_page(course)
    create_aliases_for_new_page(page)
    return lambda: list(
        CourseEventPage.objects.filter(translation_key=page.translation_key).order_by("pk")
    )


def work(at):
    """What the worker does when that moment comes."""
    job = periodic.discover()["publish_scheduled"]
    assert periodic.run_due([job], now=at) == ["publish_scheduled"]


def live(pages):
    return [page.live for page in pages()]


def test_a_date_is_published_in_both_languages_and_gets_its_roster(pages, time_machine):
    page = pages()[0]
    now = timezone.now()
    page.go_live_at = now + HOUR
    page.save_revision().publish()
    assert live(pages) == [False, False]
    assert not Roster.objects.exists()

    for moment, expected in ((now + HOUR - MINUTE, False), (now + HOUR + MINUTE, True)):
        time_machine.move_to(moment)
        work(moment)
        assert live(pages) == [expected] * 2

    assert Roster.objects.get().code == pages()[0].code
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()


def test_a_change_of_the_capacity_reaches_the_roster_when_it_is_due(pages, time_machine):
    page = factories.publish(pages()[0])
    page.capacity, page.go_live_at = 30, timezone.now() + HOUR
    page.save_revision().publish()
    assert Roster.objects.get().capacity == 24

    later = timezone.now() + HOUR + MINUTE
    time_machine.move_to(later)
    work(later)

    assert Roster.objects.get().capacity == 30


def test_a_date_leaves_the_site_in_both_languages_and_its_people_stay(pages, time_machine):
    page = pages()[0]
    page.expire_at = timezone.now() + HOUR
    page.save_revision().publish()
    assert live(pages) == [True, True]

    later = timezone.now() + HOUR + MINUTE
    time_machine.move_to(later)
    work(later)

    assert live(pages) == [False, False]
    assert Roster.objects.filter(translation_key=page.translation_key).exists()
