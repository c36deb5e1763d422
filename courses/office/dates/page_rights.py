"""What Wagtail asks of nobody, or only of a page above: see also courses.models.page_rights."""

from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied

from courses.models import CourseEventPage
from courses.models.page_rights import EDIT_DATES


def refuse_new_date(request, parent_page, page_class):
    """Wagtail asks only whether pages may be added below the course."""
    if issubclass(page_class, CourseEventPage) and not request.user.has_perm(EDIT_DATES):
        raise PermissionDenied


def refuse_moving(request, page, destination):
    """Wagtail asks when the page is moved, but shows its title to everybody before."""
    if not page.permissions_for_user(request.user).can_move_to(destination):
        raise PermissionDenied


def permission_to_show():
    """The right on dates is a box to tick in the groups of the CMS."""
    codename = EDIT_DATES.partition(".")[2]
    return Permission.objects.filter(content_type__app_label="courses", codename=codename)
