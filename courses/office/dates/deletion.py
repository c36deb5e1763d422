"""A date for which people have signed up is not deleted. The CMS says so beforehand.

Before a page leaves the site it says who is on its dates.
"""

from django.db.models import Count, Q
from django.shortcuts import redirect
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.models import Page

from courses.domain import rosters
from courses.models import CourseEventPage, Roster, SignUp
from courses.models.page_rights import dates_below


def refuse_deleting_page(request, page):
    """For `before_delete_page`, which runs on GET too, before Wagtail asks for confirmation."""
    if _refuse(request, [page]):
        return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None


def refuse_deleting_pages(request, action_type, objects, action):
    """For `before_bulk_action`."""
    pages = [found for found in objects if isinstance(found, Page)]
    if action_type == "delete" and pages and _refuse(request, pages):
        return redirect(action.next_url)
    return None


def _refuse(request, pages):
    kept = rosters.protecting(pages)
    if kept:
        message = ngettext(
            "Not deleted: people have signed up for %(codes)s, and their data hang on that date."
            " Unpublish the page instead; then it is no longer on the site.",
            "Not deleted: people have signed up for %(codes)s, and their data hang on those"
            " dates. Unpublish the pages instead; then they are no longer on the site.",
            len(kept),
        )
        messages.error(request, message % {"codes": ", ".join(roster.code for roster in kept)})
    return bool(kept)


def people_on_dates(pages):
    """For the hook `staff_leaving`: a sentence for each date with people that these pages hold."""
    keys = {
        key for page in pages for key in dates_of(page).values_list("translation_key", flat=True)
    }
    people = Count("sign_ups", filter=Q(sign_ups__state__in=SignUp.LIVE))
    found = Roster.objects.filter(translation_key__in=keys).annotate(people=people)
    for roster in found.filter(people__gt=0):
        yield ngettext(
            "%(people)s person is on %(code)s.", "%(people)s people are on %(code)s.", roster.people
        ) % {"people": roster.people, "code": roster.code}


def dates_of(page):
    """The pages of the dates that this page is, or that hang on it."""
    if issubclass(page.specific_class, CourseEventPage):
        return CourseEventPage.objects.filter(pk=page.pk)
    return dates_below(page)
