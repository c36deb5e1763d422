"""The periodic jobs of core: publish, clear sessions, remove personal data, clean pictures, look
for what does not agree, check links."""

import logging
from datetime import time, timedelta

from django.core.management import call_command
from wagtail.images.models import SourceImageIOError

from core import changes, faults, findings, pictures
from core.broken_links import finding, rounds
from core.models import SiteImage
from core.periodic import periodic

LONG = timedelta(minutes=30)

logger = logging.getLogger(__name__)


@periodic("publish_scheduled", every=timedelta(minutes=1))
def publish_scheduled():
    call_command("publish_scheduled", verbosity=0)


@periodic("watch", every=timedelta(seconds=30), at_most=timedelta(minutes=1))
def watch():
    faults.watch()


@periodic("clear_sessions", every=timedelta(days=1), at=time(3, 30))
def clear_sessions():
    call_command("clearsessions", verbosity=0)


@periodic("forget", every=timedelta(days=1), at=time(3, 40), at_most=LONG)
def forget():
    call_command("forget", verbosity=0)


@periodic("forget_changes", every=timedelta(days=1), at=time(3, 35))
def forget_changes():
    changes.forget_old()


@periodic("clean_pictures", every=timedelta(days=1), at=time(3, 50), at_most=LONG)
def clean_pictures():
    """For pictures from before they were cleaned when they are stored, or from a backup."""
    for image in SiteImage.objects.iterator():
        try:
            image.clean_file()
        except (OSError, SourceImageIOError, pictures.PictureError):
            logger.warning("Image %s cannot be cleaned", image.pk)


@periodic("look_for_findings", every=timedelta(days=1), at=time(4, 0), at_most=LONG)
def look_for_findings():
    findings.look()


@periodic("find_links", every=timedelta(hours=1), at_most=LONG)
def find_links():
    finding.search()


@periodic("ask_links", every=timedelta(minutes=2))
def ask_links():
    rounds.ask_some()
