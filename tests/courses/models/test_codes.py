from datetime import date

import pytest

from courses.models import CourseEventPage
from courses.models.codes import event_code
from tests import factories

pytestmark = pytest.mark.django_db


def at_course(course, **facts):
    return factories.publish(factories.event_page(course, **facts))


def test_the_code_is_made_of_the_first_day(institute):
    page = factories.event_page()
    day = factories.day(60)
    assert page.code == f"RT{day:%d%m%Y}"
    assert page.slug == page.code.lower()
    assert event_code(date(2027, 3, 21), page=CourseEventPage()) == "RT21032027"


def test_dates_that_start_on_the_same_day_get_different_codes(institute):
    course = factories.course()
    codes = [at_course(course).code for _number in range(3)]
    base = f"RT{factories.day(60):%d%m%Y}"
    assert codes == [base, f"{base}-2", f"{base}-3"]
    assert at_course(factories.course()).code == f"{base}-4"


def test_a_draft_takes_the_code_of_its_new_first_day(institute):
    page = factories.event_page()
    page.parts = [factories.part(75)]
    page.save()
    assert page.code == f"RT{factories.day(75):%d%m%Y}"
    assert page.slug == page.code.lower()


def test_a_published_date_keeps_its_code_and_address_when_it_moves(institute):
    page = at_course(factories.course())
    code, url = page.code, page.url
    page.parts = [factories.part(90)]
    page = factories.publish(page)
    assert (page.code, page.url) == (code, url)
    assert page.first_day == factories.day(90)


def test_a_number_is_used_again_once_it_is_free(institute):
    course = factories.course()
    first = factories.event_page(course)
    second = factories.event_page(course)
    first.delete()
    assert factories.event_page(course).code == first.code
    assert second.code == f"{first.code}-2"


def test_saving_again_does_not_change_the_code(institute):
    course = factories.course()
    pages = [factories.event_page(course) for _number in range(2)]
    for page in pages:
        before = page.code
        page.save()
        assert page.code == before
