import logging
from contextlib import contextmanager

from django.core.management.base import BaseCommand

from home.first_content.loading import load_content


class Command(BaseCommand):
    help = "Makes the first content where it was never made. Never deletes, never overwrites."

    def add_arguments(self, parser):
        parser.add_argument(
            "--when-empty", action="store_true", help="Leave a site that has any of it alone."
        )

    def handle(self, *, when_empty=False, **options):
        with no_info_logs():
            added = load_content(when_empty=when_empty)
        self.stdout.write(f"Content: {added} new." if added else "Content: nothing new.")


@contextmanager
def no_info_logs():
    """Wagtail logs each step of each page that is published: hundreds of lines at a first load."""
    before = logging.root.manager.disable
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(before)
