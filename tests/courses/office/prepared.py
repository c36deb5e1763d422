"""A course with one date: what the tests of the office begin with."""

import datetime

from django.utils import timezone

from courses.models import CourseEventPage, CourseEventPart, CourseIndexPage, CoursePage
from courses.reading import events
from tests import factories

FIRST_DAY = timezone.localdate() + datetime.timedelta(days=60)


def make_course(home=None):
    index = CourseIndexPage(title="Cursusdata", slug="cursus")
    (home or factories.home()).add_child(instance=index)
    index.save_revision().publish()
    course = CoursePage(
        title="Runningtherapie",
        slug="runningtherapie",
        audience="Zorgprofessionals",
        price_cents=119500,
    )
    index.add_child(instance=course)
    course.save_revision().publish()
    return course


def make_event(course, title="Cursus Dalfsen", first_day=FIRST_DAY, **fields):
    page = CourseEventPage(title=title, slug="nieuw", live=False, **fields)
    return_day = first_day + datetime.timedelta(days=100)
    page.parts = [
        CourseEventPart(
            sort_order=0,
            label="Cursusdagen",
            first_day=first_day,
            last_day=first_day + datetime.timedelta(days=1),
            place="Dalfsen",
        ),
        CourseEventPart(
            sort_order=1,
            label="Terugkomdag",
            first_day=return_day,
            last_day=return_day,
            place="Dalfsen",
            open_to_alumni=True,
        ),
    ]
    course.add_child(instance=page)
    page.save_revision().publish()
    return events.of_page(CourseEventPage.objects.get(pk=page.pk))
