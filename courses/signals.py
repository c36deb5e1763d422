"""Keeps rosters in line with the CMS: when a page is published, and before one is deleted."""

from django.db.models.signals import post_delete, pre_delete
from django.dispatch import receiver
from wagtail.models import Locale
from wagtail.signals import page_published, post_page_move

from courses.domain import rosters
from courses.models import CourseEventPage, CourseIndexPage, CoursePage
from courses.office.dates import groups, publishing  # noqa: F401  it registers what it refuses


@receiver(page_published, sender=CourseEventPage)
def sync_roster(instance, **kwargs):
    if instance.live:  # Wagtail also sends the signal for a page that is scheduled for later
        rosters.sync_with_page(instance)


@receiver(post_page_move, sender=CourseEventPage)
def sync_moved_roster(instance, **kwargs):
    if instance.live:
        rosters.sync_with_page(instance.specific)


@receiver(page_published, sender=CoursePage)
def sync_rosters_of_course(instance, **kwargs):
    rosters.sync_with_course(instance)


@receiver(page_published, sender=CourseIndexPage)
def let_staff_edit_courses(instance, **kwargs):
    if instance.first_published_at == instance.last_published_at:  # afterwards the owner decides
        groups.let_courses_be_edited(instance)


@receiver(pre_delete, sender=CourseEventPage)
def keep_events_with_people(instance, **kwargs):
    # Also guards against other ways: deleting a parent or a language, or from a shell.
    if instance.locale_id == Locale.get_default().pk:
        rosters.refuse_deletion(instance)


@receiver(post_delete, sender=CourseEventPage)
def remove_unused_roster(instance, **kwargs):
    if instance.locale_id == Locale.get_default().pk:
        rosters.remove_unused(instance)
