"""Course days as iCalendar files (RFC 5545): one entry for each part, in Dutch time.

The n-th part of a sign-up keeps its UID when its days, its venue or even its event change, so that
a newer file replaces the entry in a person's calendar. SEQUENCE says which file is the newer one.
"""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import (
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vDuration,
    vText,
)

from core.models import SiteSettings
from courses.models import Roster
from courses.reading import told

DOMAIN = "runningtherapie"
REFRESH = timedelta(hours=6)
USUAL_END = time(17)


def for_sign_up(sign_up, event):
    """The bytes of an .ics file with the parts of this sign-up.

    It also cancels the entries that the person got before and that no longer exist.
    """
    present, former = _entries_of_sign_up(sign_up, event)
    return _written(_published("PUBLISH"), present + [_ended(entry) for entry in former])


def cancelled(sign_up, event):
    """The same entries, cancelled, for a person who no longer comes.

    As an attachment of a mail (file name, bytes, MIME type), in the person's language.
    """
    with translation.override(sign_up.language):
        present, former = _entries_of_sign_up(sign_up, event)
        content = _written(_published("CANCEL"), [_ended(entry) for entry in present + former])
    return f"{event.code}.ics", content, "text/calendar; method=CANCEL"


def for_event(event):
    """The bytes of an .ics file with the days of one date, for people who have not signed up."""
    return _written(_calendar(), _entries_of_event(event))


def feed(events, *, name):
    """The bytes of a feed of dates to subscribe to: the same ones until something changes."""
    calendar = _calendar()
    calendar.add("name", vText(name))
    # Outlook makes a new calendar of a file that has this, so a person's own file has none.
    calendar.add("x-wr-calname", vText(name))
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
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


def _calendar():
    calendar = Calendar()
    calendar.add("prodid", f"-//{DOMAIN}//course days//{translation.get_language().upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    return calendar


def _published(method):
    calendar = _calendar()
    calendar.add("method", method)
    return calendar


def _written(calendar, entries):
    if any(isinstance(entry.start, datetime) for entry in entries):
        calendar.add_component(_dutch_time())
    for entry in entries:
        calendar.add_component(entry)
    return calendar.to_ical()


def _dutch_time():
    """The zone with its two rules, which have not changed since 1996.

    icalendar would write every change since 1970 as RDATE, which Outlook does not read.
    """
    zone = Timezone()
    zone.add("tzid", settings.TIME_ZONE)
    for kind, name, month, hour, before, after in (
        (TimezoneStandard, "CET", 10, 3, 2, 1),
        (TimezoneDaylight, "CEST", 3, 2, 1, 2),
    ):
        rule = kind()
        rule.add("tzname", name)
        rule.add("dtstart", _last_sunday(1996, month) + timedelta(hours=hour))
        rule.add("tzoffsetfrom", timedelta(hours=before))
        rule.add("tzoffsetto", timedelta(hours=after))
        rule.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
        zone.add_component(rule)
    return zone


def _last_sunday(year, month):
    last = datetime(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


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
    code = event.code.lower().replace("-", ".")  # part 1 of “…-2” is not day 1 of part 2
    for number, part in enumerate(event.parts, start=1):
        for entry in _entries(part, event, uid=f"{code}-{number}"):
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
        entry.add("dtend", datetime.combine(day, _end(part), zone))
        entries.append(entry)
    return entries


def _end(part):
    """When a part with hours ends; calendars show a start without an end as no time at all."""
    evening = time(23, 59) if part.starts_at >= USUAL_END else USUAL_END
    return part.ends_at or evening


def _entry(part, event, *, uid):
    entry = Event()
    entry.add("uid", f"{uid}@{DOMAIN}")
    entry.add("last-modified", event.facts.last_published_at or timezone.now())
    summary = f"{event.title}: {part.name}"
    called_off = event.roster is not None and event.roster.state == Roster.State.CALLED_OFF
    if called_off:  # Google shows nothing of a status
        summary = _("Does not go ahead: %(summary)s") % {"summary": summary}
    entry.add("summary", summary)
    entry.add("location", _location(part))
    entry.add("url", event.page.canonical_url)
    entry.add("description", _description(event))
    entry.add("status", "CANCELLED" if called_off else "CONFIRMED")
    return entry


def _ended(entry):
    if entry["status"] != "CANCELLED":
        summary = _("Cancelled: %(summary)s") % {"summary": entry["summary"]}
        del entry["summary"]
        entry.add("summary", summary)
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
