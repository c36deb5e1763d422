"""Rights on dates of courses.

Wagtail's rights on pages hold for a page and everything below it: who may edit the home page may
edit every page. Dates ask for a right of their own besides, since people have signed up for them.
"""

from wagtail.models import PagePermissionTester

EDIT_DATES = "courses.change_courseeventpage"


class DatePermissionTester(PagePermissionTester):
    """Nothing without the right, but for reading a text that one was asked to check."""

    def __init__(self, user, page):
        super().__init__(user, page)
        if not user.has_perm(EDIT_DATES):
            self.permissions = set()
