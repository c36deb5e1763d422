"""What happens to a page in the source language happens to it in every other language.

Wagtail publishes and unpublishes aliases with their source; nothing else of theirs follows, and
translations do not follow at all. Here both go offline, come back, move and are deleted with it.
An alias takes over a new slug too; a translation keeps its own.
"""

import logging

from django.db.models.signals import pre_delete
from wagtail.log_actions import log
from wagtail.models import Locale, Page, PageLogEntry, Revision
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from core.publishing import NotPublishedError

LOG_ACTION = "core.unpublish_with_source"
ENDS = (LOG_ACTION, "wagtail.unpublish", "wagtail.unpublish.scheduled")

logger = logging.getLogger(__name__)


def followers(page):
    """The same page in the other languages, if this is the one that they are translated from."""
    found = Page.objects.filter(translation_key=page.translation_key).exclude(pk=page.pk)
    return found if page.locale_id == Locale.get_default().pk else found.none()


def unpublish(instance, **_signal):
    for page in followers(instance).live().specific():
        was_live = page.live_revision_id
        page.unpublish(set_expired=instance.expired, log_action=None)
        log(instance=page, action=LOG_ACTION, data={"revision": was_live})


def come_back(instance, alias=False, **_signal):
    """Publish again what went offline with its source; not what staff took off by itself."""
    if alias or not instance.live:
        return
    for page in followers(instance).filter(live=False, alias_of=None):
        entries = PageLogEntry.objects.filter(page=page.pk, action__in=ENDS)
        last = entries.order_by("timestamp", "pk").last()
        if last and last.action == LOG_ACTION:
            _publish(page.specific, last.data["revision"])


def _publish(page, was_live):
    revision = Revision.objects.filter(pk=was_live).first() or page.save_revision()
    try:
        revision.publish()
    except NotPublishedError as error:  # its source is published all the same
        logger.warning("Page %s does not come back: %s", page.pk, error.messages)


def delete(instance, **_signal):
    """A page below which something is that is in no other language goes offline instead."""
    below = instance.get_descendants(inclusive=True).values("translation_key")
    for page in followers(instance):
        if page.get_descendants().exclude(translation_key__in=below).exists():
            page.specific.unpublish()
        else:
            page.specific.delete()


def change_slug(instance, instance_before, **_signal):
    aliases = followers(instance).exclude(alias_of=None).filter(slug=instance_before.slug)
    for page in aliases.specific():
        if Page._slug_is_available(instance.slug, page.get_parent(), page):
            page.slug = instance.slug
            page.save(clean=False)


def take_over_slug(instance, alias=False, **_signal):
    """The slug of a date follows its day until it is published; no signal tells of a draft."""
    if alias or not getattr(instance, "is_mostly_facts", False):
        return
    for page in followers(instance).exclude(alias_of=None).exclude(slug=instance.slug).specific():
        if Page._slug_is_available(instance.slug, page.get_parent(), page):
            page.slug = instance.slug
            page.save(clean=False)


def move(instance, parent_page_before, parent_page_after, **_signal):
    """As far as it stands below the translation of the former parent, and the new one has one."""
    if parent_page_before == parent_page_after:
        return
    for page in followers(instance):
        parent = parent_page_after.get_translation_or_none(page.locale)
        stands_along = page.get_parent().translation_key == parent_page_before.translation_key
        if parent and stands_along and Page._slug_is_available(page.slug, parent, page):
            page.specific.move(parent, pos="last-child")


def install():
    page_unpublished.connect(unpublish)
    page_published.connect(come_back)
    page_published.connect(take_over_slug)
    page_slug_changed.connect(change_slug)
    post_page_move.connect(move)
    pre_delete.connect(delete, sender=Page)
