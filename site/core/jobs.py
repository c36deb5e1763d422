"""The periodic jobs of core: publish, clear sessions, remove personal data, clean pictures, check
links."""

import logging
from datetime import time, timedelta

from django.core.management import call_command
from wagtail.images.models import SourceImageIOError

from core import pictures
from core.broken_links import finding, rounds
from core.models import SiteImage
from core.periodic import periodic

logger = logging.getLogger(__name__)


@periodic("publish_scheduled", every=timedelta(minutes=1))
def publish_scheduled():
    call_command("publish_scheduled", verbosity=0)


@periodic("clear_sessions", every=timedelta(days=1), at=time(3, 30))
def clear_sessions():
    call_command("clearsessions", verbosity=0)


@periodic("forget", every=timedelta(days=1), at=time(3, 40))
def forget():
    call_command("forget", verbosity=0)


@periodic("clean_pictures", every=timedelta(days=1), at=time(3, 50))
def clean_pictures():
    """For pictures from before they were cleaned when they are stored, or from a backup."""
    for image in SiteImage.objects.iterator():
        try:
            image.clean_file()
        except (OSError, SourceImageIOError, pictures.UnreadableError, pictures.TooLargeError):
            logger.warning("Image %s cannot be cleaned", image.pk)


@periodic("find_links", every=timedelta(hours=1))
def find_links():
    finding.search()


@periodic("ask_links", every=timedelta(minutes=2))
def ask_links():
    rounds.ask_some()
