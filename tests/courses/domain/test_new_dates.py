"""A new date from an earlier one: all days shift with the first."""

import datetime

import pytest
from wagtail.models import Locale
from wagtail_localize.models import LocaleSynchronization

from courses.domain import new_dates
from courses.models import CourseEventPage, Roster
from tests import factories

pytestmark = pytest.mark.anywhere

DAY = datetime.timedelta(days=1)


def days_of(page):
    return [(part.first_day, part.last_day) for part in page.parts.all()]


@pytest.fixture
def by(db):
    return factories.user("office")


def test_all_days_shift_equally(event):
    planned = new_dates.plan(event.page, event.first_day + 21 * DAY)

    assert [(part.first_day, part.last_day) for part in planned.parts] == [
        (part.first_day + 21 * DAY, part.last_day + 21 * DAY) for part in event.parts
    ]
    assert not any(part.former_weekday for part in planned.parts)


def test_another_weekday_is_mentioned(event):
    planned = new_dates.plan(event.page, event.first_day + DAY)

    names = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
    assert [part.former_weekday for part in planned.parts] == [
        names[part.first_day.weekday()] for part in event.parts
    ]


def test_a_day_that_has_passed_is_refused(event):
    with pytest.raises(new_dates.DayHasPassedError):
        new_dates.plan(event.page, factories.day(-1))
    assert new_dates.plan(event.page, factories.day(0)).first_day == factories.day(0)


def test_a_plan_names_dates_that_begin_that_day_or_overlap(event):
    return_day = event.parts[1].first_day
    on_the_same_day = new_dates.plan(event.page, event.first_day)
    on_its_return_day = new_dates.plan(event.page, return_day)
    on_another = new_dates.plan(event.page, return_day + 30 * DAY)

    assert (on_the_same_day.same_start, on_the_same_day.code) == ((event.code,), f"{event.code}-2")
    assert (on_its_return_day.same_start, on_its_return_day.overlapping) == ((), (event.page,))
    assert (on_another.same_start, on_another.overlapping) == ((), ())


def test_the_new_date_is_a_draft_of_its_own(event, by):
    CourseEventPage.objects.filter(pk=event.page.pk).update(
        decision_day=factories.day(30), price_cents=99500, capacity=18
    )
    page = CourseEventPage.objects.get(pk=event.page.pk)
    first_day = event.first_day + 7 * DAY

    new = new_dates.make(new_dates.plan(page, first_day), by=by)

    new = CourseEventPage.objects.get(pk=new.pk)
    code = f"RT{first_day:%d%m%Y}"
    assert (new.live, new.code, new.slug, new.owner) == (False, code, code.lower(), by)
    assert (new.title, new.price_cents, new.capacity) == (page.title, 99500, 18)
    assert (new.decision_day, new.brochure, new.sign_up_opens) == (None, None, None)
    assert days_of(new) == [(f + 7 * DAY, last + 7 * DAY) for f, last in days_of(page)]
    assert not {part.key for part in new.parts.all()} & {part.key for part in page.parts.all()}
    assert not Roster.objects.filter(translation_key=new.translation_key).exists()
    draft = new.get_latest_revision_as_object()
    assert (draft.code, days_of(draft)) == (code, days_of(new))
    assert [part.key for part in draft.parts.all()] == [part.key for part in new.parts.all()]


def test_a_plan_is_carried_out_once(event, by):
    planned = new_dates.plan(event.page, event.first_day + 7 * DAY)
    new_dates.make(planned, by=by)
    with pytest.raises(new_dates.StalePlanError):
        new_dates.make(planned, by=by)
    assert CourseEventPage.objects.count() == 2


def test_a_new_date_gets_its_roster_when_it_is_published(event, by):
    new = new_dates.make(new_dates.plan(event.page, event.first_day + 7 * DAY), by=by)
    factories.publish(CourseEventPage.objects.get(pk=new.pk))

    assert Roster.objects.get(translation_key=new.translation_key).code == new.code


def test_the_venue_is_copied_unless_it_follows_later(event, by):
    event.page.parts.update(venue="De Klencke", address="Dorpsstraat 1")
    page = CourseEventPage.objects.get(pk=event.page.pk)
    day = event.first_day + 7 * DAY

    same = new_dates.make(new_dates.plan(page, day), by=by)
    later = new_dates.make(new_dates.plan(page, day, venue_follows=True), by=by)

    assert [(part.place, part.venue) for part in same.parts.all()] == [
        ("Dalfsen", "De Klencke")
    ] * 2
    assert [(part.place, part.venue, part.address) for part in later.parts.all()] == [
        ("Dalfsen", "", "")
    ] * 2
    assert later.code == f"{same.code}-2"


def test_a_date_that_was_never_published_is_copied_as_last_written(event, by):
    draft = new_dates.make(new_dates.plan(event.page, event.first_day + 7 * DAY), by=by)
    page = CourseEventPage.objects.get(pk=draft.pk).get_latest_revision_as_object()
    page.title = "Herschreven"
    page.save_revision()

    planned = new_dates.plan(CourseEventPage.objects.get(pk=draft.pk), event.first_day + 14 * DAY)

    assert new_dates.make(planned, by=by).title == "Herschreven"


def test_a_new_date_exists_in_english_at_once(event, by):
    english = factories.locale("en")
    LocaleSynchronization.objects.create(locale=english, sync_from=Locale.get_default())

    new = new_dates.make(new_dates.plan(event.page, event.first_day + 7 * DAY), by=by)

    alias = CourseEventPage.objects.get(translation_key=new.translation_key, locale=english)
    assert (alias.alias_of_id, alias.code, days_of(alias)) == (new.pk, new.code, days_of(new))
