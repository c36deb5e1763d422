"""Course days as iCalendar files (RFC 5545): one entry for each part, in Dutch time.

The n-th part of a sign-up keeps its UID when its days, its venue or even its event change, so that
a newer file replaces the entry in a person's calendar. SEQUENCE says which file is the newer one.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vDuration

from core.models import SiteSettings
from courses.models import Roster
from courses.reading import told

DOMAIN = "runningtherapie"
REFRESH = timedelta(hours=6)


def for_sign_up(sign_up, event):
    """The bytes of an .ics file with the parts of this sign-up.

    It also cancels the entries that the person got before and that no longer exist.
    """
    present, former = _entries_of_sign_up(sign_up, event)
    return _written(_published("PUBLISH", event), present + [_ended(entry) for entry in former])


def cancelled(sign_up, event):
    """The same entries, cancelled, for a person who no longer comes.

    As an attachment of a mail (file name, bytes, MIME type), in the person's language.
    """
    with translation.override(sign_up.language):
        present, former = _entries_of_sign_up(sign_up, event)
        content = _written(
            _published("CANCEL", event), [_ended(entry) for entry in present + former]
        )
    return f"{event.code}.ics", content, "text/calendar; method=CANCEL"


def for_event(event):
    """The bytes of an .ics file with the days of one date, for people who have not signed up."""
    return _written(_calendar(event.title), _entries_of_event(event))


def feed(events, *, name):
    """The bytes of a feed of dates to subscribe to: the same ones until something changes."""
    calendar = _calendar(name)
    calendar.add("name", name)
    calendar.add("refresh-interval", vDuration(REFRESH), {"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    entries = [entry for event in events for entry in _entries_of_event(event)]
    for entry in entries:
        entry.add("transp", "TRANSPARENT")  # a subscriber is not busy on those days
    return _written(calendar, entries)


def sequence(sign_up):
    """The SEQUENCE of this person's entries. It only ever grows, see `sequence_on`."""
    return sign_up.roster.calendar_sequence + sign_up.calendar_sequence


def sequence_on(roster, sign_up):
    """`SignUp.calendar_sequence` for a sign-up that moves to this roster.

    With it the SEQUENCE of the entries grows, so that calendars take over the new days.
    """
    return max(sequence(sign_up) + 1 - roster.calendar_sequence, 0)


def _calendar(name):
    calendar = Calendar()
    calendar.add("prodid", f"-//{DOMAIN}//course days//{translation.get_language().upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    return calendar


def _published(method, event):
    calendar = _calendar(event.title)
    calendar.add("method", method)
    return calendar


def _written(calendar, entries):
    for entry in entries:
        calendar.add_component(entry)
    if any(isinstance(entry.start, datetime) for entry in entries):
        calendar.add_missing_timezones()
    return calendar.to_ical()


def _entries_of_sign_up(sign_up, event):
    """(the present entries, former entries that the person was told and that no longer exist)."""
    present = _entries_of_parts(sign_up, event, event.parts_for(sign_up.kind))
    uids = {entry["uid"] for entry in present}
    former = _entries_of_parts(sign_up, event, told.known_parts(sign_up))
    return present, [entry for entry in former if entry["uid"] not in uids]


def _entries_of_parts(sign_up, event, parts):
    organizer = _organizer()
    entries = []
    for number, part in enumerate(parts, start=1):
        for entry in _entries(part, event, uid=f"signup-{sign_up.pk}-{number}"):
            entry.add("dtstamp", timezone.now())
            entry.add("sequence", sequence(sign_up))
            if organizer:
                entry.add("organizer", organizer)
            entries.append(entry)
    return entries


def _entries_of_event(event):
    entries = []
    for number, part in enumerate(event.parts, start=1):
        for entry in _entries(part, event, uid=f"{event.code.lower()}-{number}"):
            # Without a method the stamp is the moment of the last change (RFC 5545, 3.8.7.2).
            entry.add("dtstamp", entry["last-modified"].dt)
            entry.add("sequence", event.roster.calendar_sequence if event.roster else 0)
            entries.append(entry)
    return entries


def _entries(part, event, *, uid):
    """One entry for all days, or one for each day where the part has hours."""
    if part.starts_at is None:
        entry = _entry(part, event, uid=uid)
        entry.add("dtstart", part.first_day)
        entry.add("dtend", part.last_day + timedelta(days=1))  # exclusive
        return [entry]
    zone = timezone.get_default_timezone()
    entries = []
    for number, day in enumerate(part.days, start=1):
        entry = _entry(part, event, uid=f"{uid}-{number}")
        entry.add("dtstart", datetime.combine(day, part.starts_at, zone))
        if part.ends_at:
            entry.add("dtend", datetime.combine(day, part.ends_at, zone))
        entries.append(entry)
    return entries


def _entry(part, event, *, uid):
    entry = Event()
    entry.add("uid", f"{uid}@{DOMAIN}")
    entry.add("last-modified", event.facts.last_published_at or timezone.now())
    entry.add("summary", f"{event.title}: {part.name}")
    entry.add("location", _location(part))
    entry.add("url", event.page.canonical_url)
    entry.add("description", _description(event))
    called_off = event.roster is not None and event.roster.state == Roster.State.CALLED_OFF
    entry.add("status", "CANCELLED" if called_off else "CONFIRMED")
    return entry


def _ended(entry):
    del entry["status"]
    entry.add("status", "CANCELLED")
    return entry


def _description(event):
    return "\n".join([_("Course code %(code)s") % {"code": event.code}, event.page.canonical_url])


def _location(part):
    known = [text for text in (part.venue, part.address, part.place) if text]
    if not part.venue:
        known.append(_("venue to be announced"))
    return ", ".join(known)


def _organizer():
    """The institute: a file with a METHOD has to name its organizer (RFC 5546, 3.2)."""
    institute = SiteSettings.current()
    if not institute.email:
        return None
    address = vCalAddress(f"mailto:{institute.email}")
    address.params["CN"] = institute.institute_name
    return address
