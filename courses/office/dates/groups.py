"""The groups of staff: docs/rights.md says what each may do, migrations made them.

Here is what depends on the page tree, and the one right that pages do not know by themselves.
"""

from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupPagePermission

TEXTS = "Teksten"
COURSES = "Cursussen"
OFFICE = "Bureau"
MONEY = "Geld"
OWNER = "Eigenaar"

PAGE_PERMISSIONS = ("add_page", "change_page", "publish_page")


def let_courses_be_edited(course_index):
    """The group of the courses edits these and their dates, and no other part of the site.

    Page permissions hang on a page, so this waits until the course overview exists.
    """
    group = Group.objects.filter(name=COURSES).first()
    if group is None:
        return
    permissions = Permission.objects.filter(
        content_type__app_label="wagtailcore", codename__in=PAGE_PERMISSIONS
    )
    for permission in permissions:
        GroupPagePermission.objects.get_or_create(
            group=group, page_id=course_index.pk, permission=permission
        )
