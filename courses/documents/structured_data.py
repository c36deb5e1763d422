"""schema.org's Course and EducationEvent, as JSON-LD for search engines."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from core import sharing
from core.structured_data import organization_reference
from courses.reading.availability import Availability

OFFERED = {
    Availability.MANY: "https://schema.org/InStock",
    Availability.FEW: "https://schema.org/LimitedAvailability",
    Availability.FULL: "https://schema.org/SoldOut",
    Availability.NOT_YET_OPEN: "https://schema.org/PreOrder",
}
CANCELLED = "https://schema.org/EventCancelled"
SCHEDULED = "https://schema.org/EventScheduled"


def course(page, events):
    """Course for the page of a course and its coming events."""
    data = {
        "@type": "Course",
        "name": page.title,
        "description": page.meta_description,
        "url": page.canonical_url,
        "inLanguage": settings.LANGUAGE_CODE,
        "provider": organization_reference(),
        "offers": {"@type": "Offer", "category": "Paid", **_price(page.price_cents)},
    }
    if events:
        teachers = _teachers(page)
        data["hasCourseInstance"] = [_course_instance(event, teachers) for event in events]
    return data


def date_list(events):
    """ItemList of dates that have a page each, for the page that lists them."""
    return {
        "@type": "ItemList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "url": event.page.canonical_url}
            for number, event in enumerate(events, start=1)
        ],
    }


def _course_instance(event, teachers):
    data = course_event(event) | {
        "@type": "CourseInstance",
        "courseMode": "Onsite",
        "courseWorkload": f"P{sum(len(part.days) for part in event.parts)}D",
    }
    return data | ({"instructor": teachers} if teachers else {})


def _teachers(course):
    """Each person of the teaching team once."""
    roles = [block.value for block in course.team]
    chosen = [person for role in roles for person in role["people"] if person and person.live]
    people = {person.pk: person.localized for person in chosen}.values()
    return [
        {"@type": "Person", "name": person.title, "url": settings.SITE_URL + person.url}
        for person in people
        if person.live
    ]


def course_event(event):
    """EducationEvent for one date."""
    data = (
        {
            "@type": "EducationEvent",
            "name": event.title,
            "identifier": event.code,
            "url": event.page.canonical_url,
            "startDate": _moment(event.parts[0].first_day, event.parts[0].starts_at),
            "endDate": _moment(event.parts[-1].last_day, event.parts[-1].ends_at),
            "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
            "eventStatus": (
                CANCELLED if event.availability is Availability.CALLED_OFF else SCHEDULED
            ),
            "location": _places(event.parts),
            "image": sharing.picture_of(event.page)["url"],
            "organizer": organization_reference(),
            "maximumAttendeeCapacity": event.capacity,
            "inLanguage": settings.LANGUAGE_CODE,
        }
        if event.parts
        else {"@type": "EducationEvent", "name": event.title}
    )
    if told := event.page.introduction or event.course.introduction:
        data["description"] = told
    if len(event.parts) > 1:
        data["subEvent"] = [_part(event, part) for part in event.parts]
    if event.availability in OFFERED and event.price_cents is not None:
        data["offers"] = {
            "@type": "Offer",
            "url": event.page.canonical_url,
            "availability": OFFERED[event.availability],
            "validFrom": _opened(event.facts),
            **_price(event.price_cents),
        }
    return data


def _opened(facts):
    """Since when, or from when, people can sign up."""
    opens = facts.sign_up_opens or facts.first_published_at
    return timezone.localtime(opens).isoformat()


def _price(cents):
    return {"price": f"{cents // 100}.{cents % 100:02}", "priceCurrency": "EUR"}


def _moment(day, time):
    if time is None:
        return day.isoformat()
    return datetime.combine(day, time, timezone.get_current_timezone()).isoformat()


def _part(event, part):
    """One part of the days: the return day is months after the others."""
    return {
        "@type": "EducationEvent",
        "name": f"{event.title}: {part.name}",
        "startDate": _moment(part.first_day, part.starts_at),
        "endDate": _moment(part.last_day, part.ends_at),
        "location": _places([part]),
    }


def _places(parts):
    """Each place once, as precise as staff filled it in."""
    known = dict.fromkeys((part.place, part.venue, part.address) for part in parts if part.place)
    return [_place(*facts) for facts in known]


def _place(town, venue, address):
    where = {"@type": "PostalAddress", "addressLocality": town, "addressCountry": "NL"}
    if address:
        where["streetAddress"] = address
    return {"@type": "Place", "name": venue or town, "address": where}
