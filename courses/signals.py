"""The moments at which the CMS touches what lives: an event is published, an event is deleted."""

from django.db.models.signals import pre_delete
from django.dispatch import receiver
from wagtail.models import Locale
from wagtail.signals import page_published

from courses.domain import rosters
from courses.models import CourseEventPage, CourseIndexPage, CoursePage
from courses.office.dates import groups


@receiver(page_published, sender=CourseEventPage)
def follow_event(instance, **kwargs):
    if instance.live:  # Wagtail also says so of what is to be published later
        rosters.sync_with_page(instance)


@receiver(page_published, sender=CoursePage)
def follow_course(instance, **kwargs):
    rosters.sync_with_course(instance)


@receiver(page_published, sender=CourseIndexPage)
def open_to_editors(instance, **kwargs):
    if instance.first_published_at == instance.last_published_at:  # later, the owner decides
        groups.let_courses_be_edited(instance)


@receiver(pre_delete, sender=CourseEventPage)
def keep_events_with_people(instance, **kwargs):
    # Also guards the ways around the CMS: a parent, a whole language, a shell.
    if instance.locale_id == Locale.get_default().pk:
        rosters.refuse_deletion(instance)
