"""A date for which people have signed up is not deleted. The CMS says so beforehand."""

from django.shortcuts import redirect
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.models import Page

from courses.domain import rosters


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
