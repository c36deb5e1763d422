import datetime
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail_localize.models import LocaleSynchronization

from courses.models import Roster, SignUp
from courses.reading import events
from tests import caches, factories

pytestmark = pytest.mark.django_db

NL = factories.locale


def codes(found):
    return [event.code for event in found]


def test_coming_dates_are_those_that_have_not_begun_soonest_first(institute):
    later = factories.event(parts=[factories.part(40)])
    soon = factories.event(parts=[factories.part(10)])
    today = factories.event(parts=[factories.part(0)])
    running = factories.event(parts=[factories.part(-1), factories.part(30)])
    over = factories.event(parts=[factories.part(-9)])
    factories.event_page()  # a draft

    assert codes(events.coming(locale=NL())) == [today.code, soon.code, later.code]
    assert codes(events.begun(locale=NL())) == [running.code, over.code]
    assert [e.is_running for e in (factories.again(running), factories.again(over))] == [
        True,
        False,
    ]


def test_dates_to_join_are_open_ones_first_and_then_what_can_still_come(institute):
    called_off, full, closed, opens_later, first, second = (
        factories.event(parts=[factories.part(day)], **facts)
        for day, facts in (
            (10, {}),
            (11, {"capacity": 1}),
            (12, {"sign_up_closes": timezone.now() - datetime.timedelta(days=1)}),
            (13, {"sign_up_opens": timezone.now() + datetime.timedelta(days=1)}),
            (14, {}),
            (15, {}),
        )
    )
    factories.fill(full)
    Roster.objects.filter(pk=called_off.roster_id).update(state=Roster.State.CALLED_OFF)

    assert codes(events.to_join(locale=NL(), most=9)) == [
        first.code,
        second.code,
        full.code,
        opens_later.code,
    ]
    assert codes(events.to_join(locale=NL(), most=3)) == [first.code, second.code, full.code]
    assert closed.code in codes(events.coming(locale=NL()))


def test_coming_dates_by_course_place_and_month(institute):
    course = factories.course()
    here = factories.event(course, parts=[factories.part(10, place="Dalfsen")])
    there = factories.event(course, parts=[factories.part(75, place="Ermelo")])
    other = factories.event(parts=[factories.part(75, place="Dalfsen")])

    assert codes(events.coming(locale=NL(), course=course)) == [here.code, there.code]
    assert codes(events.coming(locale=NL(), place="Dalfsen")) == [here.code, other.code]
    month = factories.day(75).replace(day=1)
    assert codes(events.coming(locale=NL(), month=month)) == [there.code, other.code]
    assert events.coming(locale=NL(), course=course, place="Zwolle") == []


def test_a_date_inherits_from_its_course_unless_it_has_its_own(institute):
    course = factories.course(price_cents=10000, minimum=5, capacity=9, audience="Artsen")
    inherits = factories.event(course)
    differs = factories.event(course, price_cents=0, minimum=3, capacity=4, audience="Coaches")
    facts = [(e.price_cents, e.minimum, e.capacity, e.audience) for e in (inherits, differs)]
    assert facts == [(10000, 5, 9, "Artsen"), (0, 3, 4, "Coaches")]


def test_parts_and_places_are_in_the_order_of_the_days(institute):
    event = factories.event(
        parts=[
            factories.part(90, label="Terugkomdag", place="Zwolle"),
            factories.part(30, 31, place="Dalfsen"),
            factories.part(60, label="Extra", place="Dalfsen"),
        ]
    )
    assert [part.label for part in event.parts] == ["Lesdagen", "Extra", "Terugkomdag"]
    assert [part.number for part in event.parts] == [1, 2, 3]
    assert event.places == ["Dalfsen", "Zwolle"]
    assert (event.first_day, event.last_day) == (factories.day(30), factories.day(90))
    assert event.parts[0].days == [factories.day(30), factories.day(31)]


def test_a_date_is_found_by_its_code_in_any_case_within_its_course_only(event):
    other = factories.course()
    for code in (event.code, event.code.lower()):
        assert events.by_code(code, locale=NL(), course=event.course).code == event.code
    assert events.by_code(event.code, locale=NL(), course=other) is None
    assert events.by_code("RT01012001", locale=NL(), course=event.course) is None
    event.facts.unpublish()
    assert events.by_code(event.code, locale=NL(), course=event.course) is None
    assert events.of_roster(event.roster).code == event.code  # for its participants still need it


def test_a_roster_whose_date_was_deleted_has_no_event(event):
    Roster.objects.update(translation_key=uuid.uuid4())  # as if behind the site's back
    assert events.of_roster(Roster.objects.get()) is None


def test_the_return_day_of_a_running_date_is_open_to_alumni(institute):
    course = factories.course()
    factories.form_page(course, SignUp.Kind.ALUMNI)
    event = factories.event(
        course, parts=[factories.part(-5), factories.part(20, label="Terug", open_to_alumni=True)]
    )
    closed = factories.event(course, sign_up_closes=timezone.now() - datetime.timedelta(1))
    factories.event(course, parts=[factories.part(30)])
    assert event.availability == "closed"
    assert event.availability_for("alumni") == "many"
    assert codes(events.for_alumni(locale=NL(), course=course)) == [event.code, closed.code]


def test_sign_up_needs_an_open_date_and_a_form(institute):
    course = factories.course()
    assert factories.event(course).can_sign_up is False
    form = factories.form_page(course)
    event = factories.event(course)
    assert event.can_sign_up is True
    assert event.sign_up_url == f"{form.url}{event.code.lower()}/"
    assert event.alumni_sign_up_url == ""


def test_alternatives_are_other_dates_that_can_be_joined(institute):
    course = factories.course()
    factories.form_page(course)
    full, *others = [
        factories.event(course, capacity=1, parts=[factories.part(offset)])
        for offset in (10, 20, 30, 40, 50)
    ]
    factories.fill(full)
    factories.fill(others[0])
    assert codes(events.alternatives(factories.again(full))) == codes(others[1:4])
    assert codes(events.alternatives(others[1], limit=1)) == [others[2].code]


def test_many_dates_cost_no_more_queries_than_one(institute):
    course = factories.course()
    factories.form_page(course)
    assert queries_for(course, more=1) == queries_for(course, more=2)


def queries_for(course, more):
    for event in [factories.event(course) for _date in range(more)]:
        factories.fill(event, 2)
    locale = NL()
    caches.empty()
    with CaptureQueriesContext(connection) as queries:
        found = events.coming(locale=locale, course=course)
        assert [(e.availability, e.title, e.places, e.sign_up_url) for e in found]
    return len(queries)


def test_a_draft_is_shown_with_its_own_parts_and_title(event):
    page = event.facts
    page.parts = [factories.part(33, label="Nieuw")]
    page.title = "Concept"
    shown = events.of_page(page)
    assert [part.label for part in shown.parts] == ["Nieuw"]
    assert shown.title == "Concept"
    assert [part.label for part in factories.again(event).parts] == ["Lesdagen", "Terugkomdag"]


def test_readers_of_english_get_the_same_dates_in_english(event):
    course = event.course
    factories.form_page(course, SignUp.Kind.ALUMNI)
    other = factories.event(course)
    LocaleSynchronization.objects.create(locale=NL("en"), sync_from=NL())
    page = event.facts.get_translation(NL("en"))
    page.alias_of, page.title = None, "Three days by the sea"
    factories.publish(page)
    english = course.get_translation(NL("en"))

    found = events.coming(locale=NL("en"), course=english)
    assert codes(found) == codes(events.coming(locale=NL(), course=course))
    assert [shown.title for shown in found] == [
        "Three days by the sea",
        f"{course.title}, Dalfsen",  # not translated, so it is named after its course
    ]
    assert {shown.course.pk for shown in found} == {english.pk}
    assert events.by_code(event.code, locale=NL("en"), course=english).title == page.title
    assert codes(events.alternatives(found[0], SignUp.Kind.ALUMNI)) == [other.code]


def test_a_date_and_the_coming_ones_of_its_course_are_loaded_together(institute):
    course = factories.course()
    over = factories.event(course, parts=[factories.part(-9)])
    running = factories.event(course, parts=[factories.part(-1), factories.part(30)])
    soon, later = (factories.event(course, parts=[factories.part(day)]) for day in (10, 40))
    factories.event(parts=[factories.part(20)])  # of another course

    def found(code):
        wanted, coming = events.with_coming(code, locale=NL(), course=course)
        return wanted and wanted.code, codes(coming)

    coming = codes(events.coming(locale=NL(), course=course))
    assert coming == [soon.code, later.code]
    assert {event.code: found(event.code.lower()) for event in (over, running, soon, later)} == {
        over.code: (over.code, coming),
        running.code: (running.code, coming),
        soon.code: (soon.code, coming),
        later.code: (later.code, coming),
    }
    assert found("RT01012001") == (None, coming)
    caches.empty()
    with CaptureQueriesContext(connection) as alone:
        events.coming(locale=NL(), course=course)
    caches.empty()
    with CaptureQueriesContext(connection) as together:
        events.with_coming(over.code, locale=NL(), course=course)
    assert len(together) == len(alone)


def test_other_dates_are_chosen_among_those_that_were_loaded(institute):
    course = factories.course()
    factories.form_page(course)
    first, second, third = (
        factories.event(course, parts=[factories.part(day)]) for day in (10, 20, 30)
    )
    loaded = events.coming(locale=NL(), course=course)
    with CaptureQueriesContext(connection) as queries:
        assert codes(events.alternatives(first, among=loaded)) == [second.code, third.code]
    assert [query["sql"] for query in queries if '"courses_courseeventpage"' in query["sql"]] == []
