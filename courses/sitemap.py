"""What the pages of courses and dates show besides their own text: places, prices, each other."""

from core.sitemap import changes_with, move_forward
from courses.models import CourseEventPage, CourseIndexPage, CoursePage, Roster


@changes_with
def places_and_prices(pages, changed):
    """A date changes with its places and its course, a course and an overview with their dates."""
    dates = [page for page in pages if isinstance(page, CourseEventPage)]
    courses = [page for page in pages if isinstance(page, CoursePage)]
    said = dict(
        Roster.objects.filter(shown_since__isnull=False).values_list(
            "translation_key", "shown_since"
        )
    )
    texts = {page.pk: changed.get(page.pk) for page in courses}
    for date in dates:
        above = [texts[course.pk] for course in courses if date.path.startswith(course.path)]
        move_forward(changed, date, [said.get(date.translation_key), *above])
    for course in courses:
        _with_what_is_below(changed, course, dates)
    for overview in (page for page in pages if isinstance(page, CourseIndexPage)):
        _with_what_is_below(changed, overview, [*courses, *dates])


def _with_what_is_below(changed, page, others):
    below = [changed.get(other.pk) for other in others if other.path.startswith(page.path)]
    move_forward(changed, page, below)
