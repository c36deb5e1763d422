"""The dates for other machines: as schema.org's objects (JSON-LD), and as a feed of news (Atom).

The addresses and what stands in them are described in docs/feeds.md.
"""

import json

from django.conf import settings
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.models import SiteSettings
from core.structured_data import organization_reference
from courses.documents import structured_data
from courses.values.money import format_euros


def as_json(events, *, page, name):
    """The bytes of a DataFeed with the same objects that stand on the pages of the dates."""
    feed = {
        "@context": "https://schema.org",
        "@type": "DataFeed",
        "name": name,
        "url": page.canonical_url,
        "inLanguage": get_language(),
        "provider": organization_reference(),
        "dataFeedElement": [
            {
                "@type": "DataFeedItem",
                "dateModified": _changed(event).isoformat(),
                "item": structured_data.course_event(event),
            }
            for event in events
        ],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()


def as_atom(events, *, page, name, address):
    """The bytes of an Atom feed; an entry is news again when its page says something else."""
    feed = Atom1Feed(
        title=name,
        link=page.canonical_url,
        description="",
        feed_url=address,
        language=get_language(),
        author_name=SiteSettings.current().institute_name,
        feed_guid=address,
    )
    for event in events:
        feed.add_item(
            title=f"{event.title}, {event.days_in_words}",
            link=event.page.canonical_url,
            description=_in_words(event),
            pubdate=event.facts.first_published_at,
            updateddate=_changed(event),
            unique_id=f"urn:uuid:{event.facts.translation_key}",
        )
    return feed.writeString("utf-8").encode()


def _in_words(event):
    facts = [", ".join(event.places), str(event.availability.label)]
    if event.is_going_ahead:
        facts.append(_("This course is definitely running."))
    if event.price_cents is not None and not event.availability.is_over:
        per_person = _("per person")
        facts.append(f"{format_euros(event.price_cents)} {per_person}")
    return ". ".join(fact.rstrip(".") for fact in facts if fact) + "."


def _changed(event):
    """When the page of a date last said something new, in Dutch time."""
    moments = [event.page.last_published_at, event.facts.last_published_at]
    moments.append(event.roster.shown_since if event.roster else None)
    return timezone.localtime(max(moment for moment in moments if moment))


def addresses(page):
    """[(MIME type, address)] of the feeds of a page that lists dates."""
    own = settings.SITE_URL + page.get_url_parts()[2]
    return [
        ("application/ld+json", f"{own}agenda.json"),
        ("application/atom+xml", f"{own}agenda.atom"),
        ("text/calendar", f"{own}agenda.ics"),
    ]
