"""Public feeds of dates for other machines, of all courses or of one."""

from django.http import Http404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.models import SiteSettings
from courses.documents import feeds
from courses.models import CourseIndexPage, CoursePage
from courses.reading import events
from courses.views.public_files import answer, page_or_404


@require_safe
def public_feed(request, path, kind):
    """Answer `agenda.json` or `agenda.atom` below the address of a page that lists dates.

    Anybody's page may read them with a script: there is nothing in them but what everybody sees.
    """
    match page := page_or_404(request, path):
        case CourseIndexPage():
            shown = events.in_calendars(locale=page.locale)
            name = _("Course dates of %(institute)s") % {
                "institute": SiteSettings.current().institute_name
            }
        case CoursePage():
            shown, name = events.in_calendars(locale=page.locale, course=page), page.title
        case _other:
            raise Http404
    if kind == "json":
        content = feeds.as_json(shown, page=page, name=name)
        response = answer(request, content, "application/ld+json")
    else:
        address = f"{page.canonical_url}agenda.atom"
        content = feeds.as_atom(shown, page=page, name=name, address=address)
        response = answer(request, content, "application/atom+xml; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    return response
