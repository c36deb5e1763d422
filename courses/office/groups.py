"""The three groups of staff. Migration 0002 makes them; here is what depends on the page tree."""

from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupPagePermission

TEXTS = "Teksten"
OFFICE = "Bureau"
MANAGEMENT = "Beheer"

PAGE_PERMISSIONS = ("add_page", "change_page", "publish_page")


def let_office_edit(course_index):
    """The office edits courses and their dates, and no other part of the site.

    Page permissions hang on a page, so this waits until the course overview exists.
    """
    office = Group.objects.filter(name=OFFICE).first()
    if office is None:
        return
    permissions = Permission.objects.filter(
        content_type__app_label="wagtailcore", codename__in=PAGE_PERMISSIONS
    )
    for permission in permissions:
        GroupPagePermission.objects.get_or_create(
            group=office, page_id=course_index.pk, permission=permission
        )
