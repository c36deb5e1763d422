"""The brochure of a course date: the same facts as its page, collected anew each time."""

from bs4 import BeautifulSoup
from django.conf import settings
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import site_words
from core.models import SiteSettings
from courses.documents import typesetting
from courses.documents.typesetting import day_in_words, qr_code, shown_url
from courses.reading import accreditations
from courses.reading.availability import Availability
from courses.values.money import format_euros

BLOCKS = {"p": "p", "li": "li", "h2": "h", "h3": "h", "h4": "h"}


def brochure_pdf(facts, language):
    """The bytes of the brochure with these facts, which `brochure_facts` collects."""
    with translation.override(language):
        return typesetting.pdf("brochure", _brochure_words(facts), language)


def brochure_facts(event):
    """The facts of a brochure, in the language of the event's page."""
    with translation.override(event.page.locale.language_code):
        institute, course = SiteSettings.current(), event.course
        is_over = event.availability.is_over  # as on the page: no price, no venue
        return {
            "code": event.code,
            "heading": event.title,
            "days": event.days_in_words,
            "lead": event.page.introduction or event.facts.introduction or course.introduction,
            "today": timezone.localdate().isoformat(),
            "parts": [_part(part, is_over=is_over) for part in event.parts],
            "price": ""
            if is_over or event.price_cents is None
            else format_euros(event.price_cents),
            "price_note": _price_note(institute),
            "state": str(event.availability.label),
            "sign_up": _("Sign up on") if event.can_sign_up else _("Read more on"),
            "url": event.page.canonical_url,
            "url_shown": shown_url(event.page.canonical_url),
            "facts": _good_to_know(event, institute),
            "included": blocks(course.included),
            "admission": blocks(course.admission),
            "team_heading": course.team_heading,
            "team_intro": blocks(course.team_intro),
            "team": [_role(block.value) for block in course.team],
            "return_day": blocks(course.return_day),
            "assessment": blocks(course.assessment),
            "accreditations": _accreditations(event),
            "institute": {"name": institute.institute_name},
            "contact": _contact(institute),
        }


def blocks(html):
    """Rich text as [{kind: "p" | "li" | "h", text}], without its markup."""
    soup = BeautifulSoup(str(html).replace("<br/>", " "), "html.parser")
    found = [
        {"kind": BLOCKS[tag.name], "text": " ".join(tag.get_text().split())}
        for tag in soup.find_all(list(BLOCKS))
        if tag.find(list(BLOCKS)) is None
    ]
    return [block for block in found if block["text"]]


def _part(part, *, is_over):
    return {
        "label": part.name,
        "days": part.days_in_words,
        "count": len(part.days),
        "rows": [row for row in (_hours(part), *_where(part, is_over)) if row],
    }


def _hours(part):
    if not part.starts_at:
        return ""
    start = formats.time_format(part.starts_at)
    if not part.ends_at:
        return _("from %(start)s") % {"start": start}
    return _("%(start)s to %(end)s") % {"start": start, "end": formats.time_format(part.ends_at)}


def _where(part, is_over):
    if is_over:
        return [part.place]
    if part.venue:
        return [part.place, ", ".join(text for text in (part.venue, part.address) if text)]
    if part.place:
        return [part.place, _("Exact venue to be announced")]
    return [_("Town and venue to be announced")]


def _price_note(institute):
    return ", ".join([_("per person"), str(institute.vat_in_words)])


def _good_to_know(event, institute):
    group = _("%(minimum)s to %(maximum)s participants") % {
        "minimum": event.minimum,
        "maximum": event.capacity,
    }
    rows = [(_("For whom"), event.audience), (_("Group"), group)]
    rows.append((_("Goes ahead?"), _goes_ahead(event)))
    if event.can_sign_up:
        held = ngettext(
            "You pay only afterwards: we hold your place for %(days)s day.",
            "You pay only afterwards: we hold your place for %(days)s days.",
            institute.hold_days,
        ) % {"days": institute.hold_days}
        rows.append((_("How to sign up"), held))
    return [[label, value] for label, value in rows if value]


def _goes_ahead(event):
    if event.availability == Availability.CALLED_OFF:
        return _("No, this date does not go ahead.")
    if event.availability == Availability.PAST:
        return _("This date is over.")
    if event.is_going_ahead:
        return _("Yes, for certain.")
    return _(
        "The course runs with at least %(minimum)s participants. We will let you know in good time."
    ) % {"minimum": event.minimum}


def _role(role):
    people = [person.localized.specific for person in role["people"] if person]
    return {
        "role": role["role"],
        "questions": blocks(role["questions"]),
        "people": ", ".join(person.title for person in people if person.live),
    }


def _accreditations(event):
    return [
        {"register": one.register, "details": [one.says]} for one in accreditations.of_event(event)
    ]


def _contact(institute):
    town = f"{institute.postcode} {institute.city}".strip()
    address = ", ".join(text for text in (institute.street, town) if text)
    spoken = " · ".join(text for text in (institute.phone, institute.email) if text)
    extra = site_words.own("brochure-extra")
    return [row for row in (spoken, shown_url(settings.SITE_URL), address, extra) if row]


def _brochure_words(facts):
    return facts | {
        "title": f"{facts['heading']}, {facts['days']}",
        "author": facts["institute"]["name"],
        "brand": facts["institute"]["name"],
        "as_of": _("As of %(day)s") % {"day": day_in_words(facts["today"])},
        "qr": qr_code(facts["url"]),
        "words": {
            "days": _("The days of this course"),
            "included": _("What is included"),
            "good_to_know": _("Good to know"),
            "admission": _("Who can take part"),
            "return_day": _("The return day"),
            "assessment": _("Assessment"),
            "accreditations": _("Accreditations"),
            "questions": _("Do you have a question?"),
            "team": _("The teaching team"),
            "qr": _("QR code that leads to %(url)s") % {"url": facts["url"]},
        },
    }
