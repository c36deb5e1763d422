"""Public calendars: of all dates, of the dates of one course, or of a single date."""

from django.http import Http404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.kept import kept
from core.models import SiteSettings
from courses.documents import calendar
from courses.models import CourseEventPage, CourseIndexPage, CoursePage
from courses.reading import events
from courses.views.public_files import answer, page_or_404

CALENDAR = "text/calendar; charset=utf-8"


@kept
@require_safe
def public_calendar(request, path):
    """Answer `agenda.ics` below the address of a page with a feed of its dates, or its one date."""
    match page := page_or_404(request, path):
        case CourseIndexPage():
            shown = events.in_calendars(locale=page.locale)
            name = _("Course dates of %(institute)s") % {
                "institute": SiteSettings.current().institute_name
            }
            return answer(request, calendar.feed(shown, name=name), CALENDAR)
        case CoursePage():
            shown = events.in_calendars(locale=page.locale, course=page)
            return answer(request, calendar.feed(shown, name=page.title), CALENDAR)
        case CourseEventPage():
            event = events.of_page(page)
            # The code has the first day in it; a feed has no name, as it is subscribed to.
            content = calendar.for_event(event)
            return answer(request, content, CALENDAR, filename=f"{event.code}.ics")
    raise Http404
