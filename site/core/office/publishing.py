"""How staff hear that a page was not published: at once, or on the start page for a schedule."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import F
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.views.pages.bulk_actions import PublishBulkAction
from wagtail.log_actions import LogFormatter
from wagtail.models import PageLogEntry

from core.once import cached_briefly
from core.publishing import LOG_ACTION, NotPublishedError
from core.to_do import ToDo


def say_why_not(request, error):
    words = {
        "page": error.page.specific_deferred.get_admin_display_title(),
        "reasons": " ".join(error.messages),
    }
    messages.error(request, _("“%(page)s” was not published. %(reasons)s") % words)


class SayWhyNot:
    """Middleware: a page of the CMS that could not publish leads to the editor, with the reasons.

    Forms refuse beforehand; this is for what has no form, such as an approval in a workflow.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, NotPublishedError):
            return _say_and_ask_again(request, exception)
        say_why_not(request, exception)
        page = exception.page
        if page.permissions_for_user(request.user).can_edit():
            return redirect("wagtailadmin_pages:edit", page.pk)
        return redirect("wagtailadmin_home")


def _say_and_ask_again(request, exception):
    """For what a page refuses when it is saved without a form of its own, such as a copy."""
    is_about_page = request.path_info.startswith("/admin/pages/")
    if not is_about_page or not isinstance(exception, ValidationError):
        return None
    messages.error(request, " ".join(exception.messages))
    return redirect(request.path_info)


class PublishWhatMayBe(PublishBulkAction):
    """Publishes the pages that can be published, and says of the others why not."""

    def get_execution_context(self):
        self.refused = []
        return super().get_execution_context() | {"refused": self.refused}

    @classmethod
    def execute_action(cls, objects, include_descendants=False, user=None, refused=(), **given):
        chosen = sum(cls._publish(page, user, refused) for page in objects)
        below = [draft for page in objects for draft in cls._drafts_below(page, user)]
        below = below if include_descendants else []
        return chosen, sum(cls._publish(page, user, refused) for page in below)

    @classmethod
    def _publish(cls, page, user, refused):
        try:
            return super().execute_action([page], user=user)[0]
        except NotPublishedError as error:
            refused.append(error)
            return 0

    @staticmethod
    def _drafts_below(page, user):
        found = page.get_descendants().not_live().specific()
        return [page for page in found if page.permissions_for_user(user).can_publish()]

    def get_success_message(self, num_parent_objects, num_child_objects):
        for error in self.refused:
            say_why_not(self.request, error)
        if num_parent_objects or num_child_objects:
            return super().get_success_message(num_parent_objects, num_child_objects)
        return None


class NotPublishedLogFormatter(LogFormatter):
    label = gettext_lazy("Not published at the planned moment")

    def format_message(self, log_entry):
        return " ".join(log_entry.data["reasons"])


def not_published_as_planned(user):
    """For the hook `staff_to_do`: pages that a schedule should have published, until staff act."""
    found = cached_briefly("pages not published as planned", _pages_not_published)
    pages = [page for page in found if page.permissions_for_user(user).can_publish()]
    if not pages:
        return []
    label = ngettext(
        "page that could not be published at the planned moment",
        "pages that could not be published at the planned moment",
        len(pages),
    )
    url = reverse("wagtailadmin_pages:edit", args=[pages[0].pk])
    return [ToDo(label, len(pages), url, order=110, icon="warning")]


def _pages_not_published():
    entries = PageLogEntry.objects.filter(
        action=LOG_ACTION,
        page__has_unpublished_changes=True,
        page__latest_revision_created_at__lte=F("timestamp"),
    )
    return list({entry.page_id: entry.page for entry in entries.select_related("page")}.values())
