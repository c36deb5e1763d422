"""Dates that the worker publishes or takes off the site at the moment that staff chose."""

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
    factories.form_page(course)
    LocaleSynchronization.objects.create(locale=english, sync_from=Locale.get_default())
    page = factories.event_page(course)
    create_aliases_for_new_page(page)
    return lambda: list(
        CourseEventPage.objects.filter(translation_key=page.translation_key).order_by("pk")
    )


def run_job(at):
    """Run the job as the worker does at that moment."""
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
        run_job(moment)
        assert live(pages) == [expected] * 2

    assert Roster.objects.get().code == pages()[0].code
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()


def test_a_scheduled_capacity_reaches_the_roster_when_it_is_due(pages, time_machine):
    page = factories.publish(pages()[0])
    page.capacity, page.go_live_at = 30, timezone.now() + HOUR
    page.save_revision().publish()
    assert Roster.objects.get().capacity == 24

    later = timezone.now() + HOUR + MINUTE
    time_machine.move_to(later)
    run_job(later)

    assert Roster.objects.get().capacity == 30


def test_a_date_expires_in_both_languages_and_keeps_its_roster(pages, time_machine):
    page = pages()[0]
    page.expire_at = timezone.now() + HOUR
    page.save_revision().publish()
    assert live(pages) == [True, True]

    later = timezone.now() + HOUR + MINUTE
    time_machine.move_to(later)
    run_job(later)

    assert live(pages) == [False, False]
    assert Roster.objects.filter(translation_key=page.translation_key).exists()
