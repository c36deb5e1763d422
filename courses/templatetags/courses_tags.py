import datetime
import re
from itertools import pairwise

from django import template
from django.utils import formats, timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from wagtail.models import Locale

from courses.reading import events
from courses.values.days import moment_in_words
from courses.values.money import NO_BREAK_SPACE, format_euros

DAYS_IN_WEEK = 7
MONTHS = range(1, 13)
LONGEST_DESCRIPTION = 160  # characters: search engines show no more
SHORT_BREAK = 10  # days; the timeline does not name a shorter pause between parts

register = template.Library()


@register.filter
def euros(cents):
    """119500 -> “€ 1.195,-”; nothing for None."""
    return "" if cents is None else format_euros(cents)


@register.filter
def webcal(address):
    """The address of a feed as a webcal: link, which a calendar program subscribes to."""
    return "webcal:" + address.partition(":")[2]


@register.filter
def unbroken(name):
    """“iDEAL | Wero” with no-break spaces, so that it stays on one line."""
    return name.replace(" ", NO_BREAK_SPACE)


@register.filter
def whole_dates(days):
    """“22 en 23 juli en 3 november 2027”, with no-break spaces between a day and its month."""
    months = "|".join(formats.date_format(datetime.date(2000, month, 1), "F") for month in MONTHS)
    return re.sub(rf"(?<=\d) (?={months})", NO_BREAK_SPACE, days)


@register.filter
def moment(at):
    """“zaterdag 12 december 2026 om 09:41 uur”, see `moment_in_words`."""
    return moment_in_words(at, "l j F Y")


@register.filter
def is_over(at):
    """Whether this moment has passed."""
    return at <= timezone.now()


@register.filter
def days_for(event, kind):
    """The days of an event to which people of this kind come, as a phrase."""
    return event.days_in_words_for(kind)


@register.filter
def parts_for(event, kind):
    """The parts of an event to which people of this kind come."""
    return event.parts_for(kind)


@register.filter
def unanswered(rows):
    """The labels of the (label, value) rows without a value."""
    return [label for label, value in rows if not value]


@register.simple_tag
def coming_events(number):
    """The next `number` events that somebody can join, in the current language."""
    return events.to_join(locale=Locale.get_active(), most=number)


@register.simple_tag
def event_title(event):
    """What a tab, a search result and a shared link call a date: its days first, then its town."""
    if event.page.seo_title:
        return f"{event.page.seo_title}, {event.days_in_words}"
    when_and_where = ", ".join([event.days_in_words, *event.places])
    return f"{when_and_where}: {event.course.title}"


@register.simple_tag
def event_description(event):
    """What search results and shared links say of a date: its days, town and price come first."""
    if event.page.search_description:
        return event.page.search_description
    facts = [", ".join([event.days_in_words, *event.places])]
    if event.price_cents is not None:
        per_person = _("per person")
        facts.append(f"{format_euros(event.price_cents)} {per_person}")
    facts.append(event.page.introduction or event.course.introduction)
    text = ". ".join(fact.rstrip(".") for fact in facts if fact) + "."
    return Truncator(text).chars(LONGEST_DESCRIPTION)


@register.simple_tag
def route_of(parts):
    """[{part, weeks_before}] for the timeline: the weeks since the previous part, 0 if few days."""
    parts = list(parts)
    gaps = [0] + [(later.first_day - earlier.last_day).days for earlier, later in pairwise(parts)]
    return [
        {"part": part, "weeks_before": round(days / DAYS_IN_WEEK) if days >= SHORT_BREAK else 0}
        for part, days in zip(parts, gaps, strict=False)
    ]


@register.simple_tag
def places_of(parts):
    """[{label, place}] per part; one entry without a label if all parts are in one town."""
    parts = list(parts)
    if len({part.place for part in parts}) == 1:
        return [{"label": "", "place": parts[0].place}]
    return [{"label": part.name, "place": part.place} for part in parts]
