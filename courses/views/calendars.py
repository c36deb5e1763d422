"""Public calendars: of all dates, of the dates of one course, or of a single date.

They hold no personal data, and are the same file until something changes.
"""

import hashlib

from django.http import Http404, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.models import Page

from core.kept import kept
from core.models import SiteSettings
from courses.documents import calendar
from courses.models import CourseEventPage, CourseIndexPage, CoursePage
from courses.reading import events

SECONDS = 300


@kept
@require_safe
def public_calendar(request, path):
    """Answer `agenda.ics` below the address of a page with a feed of its dates, or its one date."""
    page = Page.find_for_request(request, path)
    if page is None or page.get_view_restrictions().exists():
        raise Http404
    return _of_page(request, page.specific)


def _of_page(request, page):
    match page:
        case CourseIndexPage():
            shown = events.in_calendars(locale=page.locale)
            name = _("Course dates of %(institute)s") % {
                "institute": SiteSettings.current().institute_name
            }
            return _answer(request, calendar.feed(shown, name=name))
        case CoursePage():
            shown = events.in_calendars(locale=page.locale, course=page)
            return _answer(request, calendar.feed(shown, name=page.title))
        case CourseEventPage():
            event = events.of_page(page)
            response = _answer(request, calendar.for_event(event))
            # The code has the first day in it; a feed has no name, as it is subscribed to.
            response["Content-Disposition"] = f'attachment; filename="{event.code}.ics"'
            return response
    raise Http404


def _answer(request, content):
    """Cacheable for SECONDS; after that a client that has this very file gets a 304.

    There is no Last-Modified: a date also leaves the feed when it is over, without being published.
    """
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["ETag"] = etag = quote_etag(hashlib.sha256(content).hexdigest())
    patch_cache_control(response, public=True, max_age=SECONDS)
    return get_conditional_response(request, etag=etag, response=response)
