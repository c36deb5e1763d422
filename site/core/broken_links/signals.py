"""When staff publish, unpublish, move or delete a page, links are checked within seconds."""

from django.db import transaction
from django.db.models.signals import post_delete
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished, post_page_move

from core import periodic

JOB = "find_links"


def check_links_soon(**_signal):
    transaction.on_commit(lambda: periodic.run_soon(JOB))


def install():
    for change in (page_published, page_unpublished, post_page_move):
        change.connect(check_links_soon)
    post_delete.connect(check_links_soon, sender=Page)
