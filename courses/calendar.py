"""Course days as a calendar file (RFC 5545): one entry for each part, in Dutch time."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

DOMAIN = "runningtherapie"


def for_sign_up(sign_up, event):
    """The parts of this sign-up. The bytes of an .ics file."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{DOMAIN}//course days//NL")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", event.title)
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    for part in event.parts_for(sign_up.kind):
        for entry in _entries(part, event, sign_up):
            calendar.add_component(entry)
    if any(part.starts_at for part in event.parts_for(sign_up.kind)):
        calendar.add_missing_timezones()
    return calendar.to_ical()


def _entries(part, event, sign_up):
    """One entry over all days, or one a day where there are hours."""
    if part.starts_at is None:
        entry = _entry(part, event, uid=f"{sign_up.pk}-{part.key}")
        entry.add("dtstart", part.first_day)
        entry.add("dtend", part.last_day + timedelta(days=1))  # exclusive
        return [entry]
    zone = timezone.get_current_timezone()
    entries = []
    for day in part.days:
        entry = _entry(part, event, uid=f"{sign_up.pk}-{part.key}-{day:%Y%m%d}")
        entry.add("dtstart", datetime.combine(day, part.starts_at, zone))
        if part.ends_at:
            entry.add("dtend", datetime.combine(day, part.ends_at, zone))
        entries.append(entry)
    return entries


def _entry(part, event, *, uid):
    entry = Event()
    entry.add("uid", f"{uid}@{DOMAIN}")
    entry.add("dtstamp", timezone.now())
    entry.add("sequence", 0)
    entry.add("summary", f"{event.title}: {part.label}")
    entry.add("location", _location(part))
    entry.add("url", event.page.canonical_url)
    entry.add("description", _("Course code %(code)s") % {"code": event.code})
    return entry


def _location(part):
    known = [text for text in (part.venue, part.address, part.place) if text]
    if not part.venue:
        known.append(_("venue to be announced"))
    return ", ".join(known)
