"""What is refused when a date or a course is published, in whatever way: see core.publishing."""

from django.utils.translation import gettext as _
from wagtail.models import Locale

from core.publishing import refuses
from courses.domain import rosters
from courses.models import CourseEventPage, CourseEventPart, CoursePage, SignUpPage
from courses.office.dates import readiness


@refuses(CourseEventPage)
@refuses(SignUpPage)
def refuse_translation(page, by_staff):
    """Nobody signs up in another language for what is not on the site."""
    source = page.get_translation_or_none(Locale.get_default())
    if page.locale_id != Locale.get_default().pk and source and not source.live:
        yield _("Publish “%(title)s” first: this page is its translation.") % {
            "title": source.get_admin_display_title()
        }


@refuses(CourseEventPage)
def refuse_date(page, by_staff):
    """Nobody loses a seat. Staff publish a date for the first time only when it is complete."""
    if page.locale_id != Locale.get_default().pk:
        return
    rosters.lock_for_page(page)  # nobody signs up between this check and the new version
    parts = page.parts.all()
    course = page.get_parent().specific
    yield from lost_parts(page, {part.key for part in parts})
    if by_staff:
        yield from lost_places(page, page.capacity or course.capacity)
    if by_staff and not page.live and (items := readiness.missing(page, course=course)):
        yield readiness.say_what_is_missing(items)


@refuses(CoursePage)
def refuse_course(course, by_staff):
    """A capacity that is too low for one of the dates that inherit it."""
    if not by_staff or course.locale_id != Locale.get_default().pk:
        return
    for page in inheriting(course):
        for reason in lost_places(page, course.capacity):
            yield f"{page.code}: {reason}"


def lost_parts(page, keys):
    """Why a version with the parts of these `keys` would take seats away: at most one sentence."""
    lost = rosters.taken_by_part(page).keys() - keys
    if lost:
        rows = CourseEventPart.objects.filter(page=page.pk, key__in=lost)
        names = ", ".join(row.name for row in rows) or _("a part of an earlier version")
        yield _(
            "People have signed up for a part that you took out: %(parts)s. Change that part"
            " instead, or cancel those sign-ups first."
        ) % {"parts": names}


def lost_places(page, capacity):
    """Why this capacity is too low for the date: at most one sentence."""
    least = rosters.least_capacity_of(page)
    if capacity < least:
        yield _(
            "%(capacity)s is too low: %(taken)s places are taken. Cancel sign-ups first, or choose"
            " at least %(taken)s."
        ) % {"capacity": capacity, "taken": least}


def inheriting(course):
    """The dates of a course that have no capacity of their own."""
    return CourseEventPage.objects.child_of(course).filter(
        capacity__isnull=True, locale=Locale.get_default()
    )
