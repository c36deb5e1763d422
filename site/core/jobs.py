"""The periodic jobs of core: publish, clear sessions, remove personal data, check links."""

from datetime import time, timedelta

from django.core.management import call_command

from core import faults
from core.broken_links import finding, rounds
from core.periodic import periodic

LONG = timedelta(minutes=30)


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


@periodic("find_links", every=timedelta(hours=1), at_most=LONG)
def find_links():
    finding.search()


@periodic("ask_links", every=timedelta(minutes=2))
def ask_links():
    rounds.ask_some()
