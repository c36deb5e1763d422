"""Permissions that Wagtail does not check by itself; see also courses.models.page_rights."""

from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied

from courses.models import CourseEventPage
from courses.models.page_rights import EDIT_DATES


def refuse_new_date(request, parent_page, page_class):
    """Wagtail only checks whether the user may add pages below the course."""
    if issubclass(page_class, CourseEventPage) and not request.user.has_perm(EDIT_DATES):
        raise PermissionDenied


def refuse_moving(request, page, destination):
    """Wagtail only checks this when the page is moved; the question before shows its title."""
    if not page.permissions_for_user(request.user).can_move_to(destination):
        raise PermissionDenied


def permissions_to_register():
    """The permission to edit dates, as a box to tick in the groups of the CMS."""
    codename = EDIT_DATES.partition(".")[2]
    return Permission.objects.filter(content_type__app_label="courses", codename=codename)
