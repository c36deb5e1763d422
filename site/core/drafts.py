"""Drafts are for those who may edit them; nobody else in the CMS sees their titles.

Wagtail shows the newest title of any page to everybody in the CMS, wherever a page is named. Here
that title depends on who asks, and what is about a page that was never published is refused.
"""

import re
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils.translation import gettext as _
from wagtail.admin.auth import permission_denied
from wagtail.models import Page
from wagtail.permissions import page_permission_policy

SEES = {"add", "change", "publish", "lock", "unlock", "bulk_delete"}
# The addresses about pages: their arguments, and the fields that hold the id of a page.
ABOUT_PAGES = (
    "wagtailadmin_pages:",
    "wagtailadmin_explore",
    "wagtailadmin_choose_page",
    "wagtailadmin_api:pages:",
    "wagtail_localize:",
)
ARGUMENTS = ("page_id", "page_pk", "parent_page_id", "page_to_move_id", "destination_id", "pk")
FIELDS = ("id", "pages", "parent", "parent_page", "new_parent_page", "chooser", "childOf")
FIELDS_OF_API = ("child_of", "descendant_of", "ancestor_of", "translation_of")

_asking = ContextVar("asking", default=None)


class KeepsDrafts:
    """Middleware: knows who asks, and refuses whatever is about a page that they may not see."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        is_staff = request.path_info.startswith("/admin/") and request.user.is_authenticated
        asking = request if is_staff else None
        with _asked_in(asking):
            response = self.get_response(request)
        if response.streaming and is_staff:  # an export is still to be written
            response.streaming_content = _written_in(asking, response.streaming_content)
        return response

    def process_view(self, request, view, args, kwargs):
        if _asking.get() is None:
            return None
        pages = Page.objects.filter(pk__in=_ids(request, kwargs), live=False)
        return permission_denied(request) if any(hides(page) for page in pages) else None


def asking():
    """The request of the member of staff for whom this code runs; None for readers and jobs."""
    return _asking.get()


def hides(page):
    """Whether the draft of this page is hidden from the member of staff who asks, if any does."""
    if _asking.get() is None or (page.live and page.draft_title == page.title):
        return False
    user = _asking.get().user
    if page_permission_policy.user_has_any_permission_for_instance(user, SEES, page):
        return False
    return not page.permissions_for_user(user).can_edit()  # or is asked to read it in a workflow


def title_for_staff(page):
    """The newest title, for those who may see it; for others the published one, if there is one."""
    if hides(page):
        return page.title if page.live else _("Draft")
    return page.draft_title or page.title


def forget_draft(route):
    """The page of an address, without the new title where Wagtail shows that to anybody."""
    route.page.draft_title = title_for_staff(route.page)
    return route


@contextmanager
def _asked_in(request):
    token = _asking.set(request)
    try:
        yield
    finally:
        _asking.reset(token)


def _written_in(request, content):
    with _asked_in(request):
        yield from content


def _ids(request, kwargs):
    name = request.resolver_match.view_name
    is_bulk = name == "wagtail_bulk_action" and kwargs["model_name"] == "page"
    if not is_bulk and not name.startswith(ABOUT_PAGES):
        return set()
    given = [kwargs.get(argument) for argument in ARGUMENTS]
    for data in (request.GET, request.POST):
        given += [value for field in (*FIELDS, *FIELDS_OF_API) for value in data.getlist(field)]
    return {int(value) for value in given if re.fullmatch(r"[0-9]{1,9}", str(value))}
