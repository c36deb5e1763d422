"""When staff publish, take away or move something, links are looked through within seconds."""

from django.db import transaction
from django.db.models.signals import post_delete
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished, post_page_move

from core import periodic

JOB = "find_links"


def look_soon(**_signal):
    transaction.on_commit(lambda: periodic.soon(JOB))


def install():
    for change in (page_published, page_unpublished, post_page_move):
        change.connect(look_soon)
    post_delete.connect(look_soon, sender=Page)
