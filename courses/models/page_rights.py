"""Permissions on course dates.

Wagtail's page permissions hold for a page and everything below it: whoever may edit the home page
may edit every page. Course dates need a permission of their own besides, since people have signed
up for them.
"""

from wagtail.models import PagePermissionTester

EDIT_DATES = "courses.change_courseeventpage"


class DatePermissionTester(PagePermissionTester):
    """Without that permission a user can only read a text that they were asked to check."""

    def __init__(self, user, page):
        super().__init__(user, page)
        if not user.has_perm(EDIT_DATES):
            self.permissions = set()
