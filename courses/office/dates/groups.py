"""The groups of staff. docs/rights.md says what each may do; migrations create them.

This module gives the permissions that depend on the page tree.
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
    """Let the group for courses edit the course overview and all below it, and nothing else.

    Page permissions belong to a page, so they are given once the course overview exists.
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
