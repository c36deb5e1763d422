"""What Wagtail does not check by itself; see also courses.models.page_rights."""

from django.contrib import messages
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from courses.models import CourseEventPage
from courses.models.page_rights import EDIT_DATES
from courses.office.dates import publishing, readiness


def refuse_new_date(request, parent_page, page_class):
    """Wagtail only checks whether the user may add pages below the course."""
    if issubclass(page_class, CourseEventPage) and not request.user.has_perm(EDIT_DATES):
        raise PermissionDenied


def refuse_moving(request, page, destination):
    """For `before_move_page`. Wagtail only checks the right when the page is moved; the question
    before shows its title.
    """
    if not page.permissions_for_user(request.user).can_move_to(destination):
        raise PermissionDenied
    if _refused(request, page, destination):
        return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None


def refuse_moving_many(request, action_type, objects, action):
    """For `before_bulk_action`: the others are moved."""
    if action_type == "move":
        destination = action.cleaned_form.cleaned_data["chooser"].specific
        objects[:] = [page for page in objects if not _refused(request, page, destination)]


def _refused(request, page, destination):
    """Whether a date cannot be below that course, which is then said."""
    page = page.specific
    if not isinstance(page, CourseEventPage) or page.is_child_of(destination):
        return False
    destination = destination.specific
    reasons = list(publishing.lost_places(page, page.capacity or destination.capacity))
    if page.live:
        missing = readiness.missing(page, course=destination)
        reasons += [f"{item.subject}: {item.says}" for item in missing]
    if reasons:
        words = {"page": page.get_admin_display_title(), "reasons": " ".join(reasons)}
        messages.error(request, _("“%(page)s” was not moved. %(reasons)s") % words)
    return bool(reasons)


def permissions_to_register():
    """The permission to edit dates, as a box to tick in the groups of the CMS."""
    codename = EDIT_DATES.partition(".")[2]
    return Permission.objects.filter(content_type__app_label="courses", codename=codename)
