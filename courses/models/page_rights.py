"""Permissions on course dates.

Wagtail's page permissions hold for a page and everything below it: whoever may edit the home page
may edit every page. Course dates need a permission of their own besides, since people have signed
up for them. What happens to a page above them happens to them.
"""

from django.utils.functional import cached_property
from wagtail.models import Page, PagePermissionTester

EDIT_DATES = "courses.change_courseeventpage"


def dates_below(page):
    """The pages of the dates below this page, or that the page serves if it is a sign-up form."""
    has_pages_below = page.specific_class.allowed_subpage_models()
    path = page.path if has_pages_below else page.path[: -page.steplen]
    return Page.objects.filter(path__startswith=path, courseeventpage__isnull=False)


class DatePermissionTester(PagePermissionTester):
    """Without that permission a user can only read a text that they were asked to check."""

    def __init__(self, user, page):
        super().__init__(user, page)
        if not user.has_perm(EDIT_DATES):
            self.permissions = set()

    def can_copy(self):
        return super().can_copy() and self.user.has_perm(EDIT_DATES)

    def can_copy_to(self, destination, recursive=False):
        same_language = destination.locale_id == self.page.locale_id
        return same_language and super().can_copy_to(destination, recursive)


class AboveDatesPermissionTester(PagePermissionTester):
    """Without that permission nobody moves, deletes, hides or unpublishes what dates hang on.

    Nobody at all copies a page together with the dates below it: a date is copied by itself.
    """

    @cached_property
    def may_touch_dates(self):
        return self.user.has_perm(EDIT_DATES) or not dates_below(self.page).exists()

    def can_delete(self, ignore_bulk=False):  # and move
        return super().can_delete(ignore_bulk) and self.may_touch_dates

    def can_unpublish(self):
        return super().can_unpublish() and self.may_touch_dates

    def can_set_view_restrictions(self):
        return super().can_set_view_restrictions() and self.may_touch_dates

    def can_copy_to(self, destination, recursive=False):
        if recursive and dates_below(self.page).exists():
            return False
        return super().can_copy_to(destination, recursive)
