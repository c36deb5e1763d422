"""What the search looks in: the site cut into passages, as its readers see it.

A passage is the head of a page, a section with its anchor, an answer, or a date of the course.
Every field that a page shows is read, so a new page type is found without a line here; `ANCHORS`
says where a template puts the fields of its own (a test compares them with the pages).
"""

import re

from bs4 import BeautifulSoup
from django.db import models
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.blocks import StreamValue, StructValue
from wagtail.blocks.list_block import ListValue
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.rich_text import expand_db_html

from core.fields import StreamField
from core.models import Drafted
from courses.models import (
    AccreditationPage,
    CourseEventPage,
    CourseIndexPage,
    CoursePage,
    SignUpPage,
)
from courses.reading import events
from courses.values.days import weekdays_in_words
from courses.values.money import format_euros
from faq.models import FaqPage
from people.models import PeopleIndexPage, PersonPage
from search.index import Passage

# {field: the id of the element in which a template shows it}
ANCHORS = {
    "admission": "toelating",
    "team": "docententeam",
    "team_intro": "docententeam",
    "return_day": "terugkomdag",
    "return_day_alumni": "terugkomdag",
    "assessment": "toetsing",
    "included": "inbegrepen",
    "indications_intro": "indicaties",
    "conditions": "indicaties",
    "complaints": "indicaties",
    "routes_intro": "routes",
    "video": "video",
    "finder_text": "finder-title",
}
HEADINGS = {"conditions": "indications", "complaints": "indications", "team_intro": "team"}
HEAD = (
    "introduction",
    "audience",
    "profession",
    "course_role",
    "hero_heading",
    "hero_text",
    "summary",
)
UNSEEN = ("thank_you", "consents")  # shown only to people who sign up or have sent something
SPACE_BEFORE_SIGN = re.compile(r" ([.,;:!?)])")
UNSEEN_BLOCKS = ("coming_dates", "image", "download")


def passages(locale):
    """The passages of the published site in this language."""
    with translation.override(locale.language_code):
        found = []
        pages = Page.objects.live().public().filter(locale=locale, depth__gt=1).order_by("path")
        dates = {event.page.pk: event for event in _dates(pages, locale)}
        for page in pages.specific():
            if page.pk in dates:
                found.append(_of_date(dates[page.pk]))
            elif page.url and not isinstance(page, CourseEventPage):
                found += _of_page(page, locale)
        return found


def _dates(pages, locale):
    own = CourseEventPage.objects.filter(pk__in=pages.values("pk"))
    facts = CourseEventPage.objects.live().filter(
        translation_key__in=own.values("translation_key"), alias_of=None
    )
    return events.from_pages(facts.order_by("first_day", "pk"), locale=locale)


def _of_page(page, locale):
    about = {"page": page.url, "title": page.title, "kind": _kind(page), "key": page.pk}
    other_words = getattr(page, "other_words", "")
    summary = f"{page.seo_title} {page.search_description}"
    text = _head(page)
    yield Passage(**about, url=page.url, other_words=other_words, text=text, summary=summary)
    for heading, anchor, text in [*_sections(page), *_facts(page, locale)]:
        url = f"{page.url}#{anchor}" if anchor else page.url
        if heading or text:
            yield Passage(**about, url=url, heading=heading, text=text)
    if isinstance(page, FaqPage):
        yield from _of_questions(page)


def _kind(page):
    return "person" if isinstance(page, PersonPage) else "page"


def _head(page):
    texts = [plain(str(getattr(page, name, "") or "")) for name in HEAD]
    if isinstance(page, PeopleIndexPage):
        texts += [f"{p.title}, {p.profession}, {p.course_role}" for p in page.people]
    return " ".join(text for text in texts if text)


def _of_questions(page):
    for topic in page.topics:
        for question in topic.shown_questions:
            url = f"{page.url}#{question.anchor}"
            yield Passage(
                page=url,
                url=url,
                title=question.question,
                kind="question",
                heading=topic.name,
                other_words=getattr(question, "other_words", ""),
                text=plain(question.answer),
                key=question.pk,
            )


def _of_date(event):
    days = [_part_in_words(part) for part in event.parts]
    months = [date_format(part.first_day, "F Y") for part in event.parts]
    price = event.price_cents
    return Passage(
        page=event.url,
        url=event.url,
        title=event.title,
        kind="date",
        heading=" ".join([*event.places, event.days_in_words]),
        other_words=getattr(event.page, "other_words", ""),
        text=" ".join(
            [
                event.code,
                *days,
                *months,
                f"{_('Price')} {format_euros(price)}" if price is not None else "",
                event.page.introduction or event.facts.introduction,
            ]
        ),
        day=event.first_day,
        key=event.page.pk,
    )


def _part_in_words(part):
    place = ", ".join(text for text in (part.venue, part.address, part.place) if text)
    weekdays = weekdays_in_words(part.first_day, part.last_day)
    return f"{part.name}: {weekdays} {part.days_in_words}, {place}."


def _facts(page, locale):
    """(heading, anchor, text) of what a page shows that is in none of its own fields."""
    if isinstance(page, CoursePage):
        price = f"{format_euros(page.price_cents)} {_('per person')}"
        size = _("%(minimum)s to %(maximum)s participants") % {
            "minimum": page.minimum,
            "maximum": page.capacity,
        }
        yield _("Price and places"), "", f"{price}. {size}. {page.audience}"
        yield _("Dates and places"), "data", _list_of(events.coming(locale=locale, course=page))
    elif isinstance(page, CourseIndexPage):
        yield _("Coming dates"), "", _list_of(events.coming(locale=locale))
    elif isinstance(page, AccreditationPage):
        for row in page.accreditations.all():
            points = f"{row.points} {_('points')}" if row.points is not None else ""
            yield row.register, "", " ".join([row.number, points, row.note])
    elif isinstance(page, SignUpPage):
        yield "", "", " ".join(question.label for question in page.questions.all())


def _list_of(found):
    return ". ".join(f"{event.days_in_words}, {', '.join(event.places)}" for event in found)


def _sections(page):
    """(heading, anchor, text) of each section that the fields of a page make."""
    for field in page._meta.fields:
        if field.model is Page or field.name in (*HEAD, *UNSEEN):
            continue
        if isinstance(field, RichTextField):
            yield from _of_rich_text(
                getattr(page, field.name), _heading(page, field), ANCHORS.get(field.name, "")
            )
        elif isinstance(field, StreamField):
            yield from _of_stream(page, field)


def _heading(page, field):
    stem = HEADINGS.get(field.name) or field.name.partition("_")[0]
    return getattr(page, f"{stem}_heading", "") or str(field.verbose_name).capitalize()


def _of_rich_text(source, heading, anchor):
    """A rich text, cut at its own headings."""
    text = []
    for element in BeautifulSoup(expand_db_html(source or ""), "html.parser").children:
        if element.name in ("h2", "h3"):
            if text:
                yield heading, anchor, " ".join(text)
            heading, text = _text_of(element), []
        else:
            text.append(_text_of(element))
    if any(text):
        yield heading, anchor, " ".join(text)


def _of_stream(page, field):
    loose = []
    for block in getattr(page, field.name) or ():
        if block.block_type in UNSEEN_BLOCKS:
            continue
        value = block.value
        anchor = value.get("anchor", "") if isinstance(value, StructValue) else ""
        if anchor:
            heading = value.get("heading") or value.get("name", "")
            yield heading, anchor, _of_block(block).removeprefix(heading).strip()
        elif block.block_type == "text":
            yield from _of_rich_text(value.source, "", "")
        elif isinstance(value, StructValue) and value.get("heading"):
            yield value["heading"], "", _of_block(block).removeprefix(value["heading"]).strip()
        else:
            loose.append(_of_block(block))
    if loose:
        yield (
            _heading(page, field) if field.name in ANCHORS else "",
            ANCHORS.get(field.name, ""),
            " ".join(loose),
        )


def _of_block(block):
    """What a reader sees of a block; a block without a template is shown by the page's own."""
    if getattr(block.block.meta, "template", None):
        return plain(block.render())
    return _of_value(block.value)


def _of_value(value):
    if isinstance(value, Page):
        return value.localized.title
    if isinstance(value, Drafted) and not type(value).shown.filter(pk=value.pk).exists():
        return ""
    if isinstance(value, models.Model):
        fields = [
            f for f in value._meta.fields if isinstance(f, models.CharField | models.TextField)
        ]
        return " ".join(str(getattr(value, f.name)) for f in fields if not f.choices)
    if isinstance(value, StructValue):
        return " ".join(_of_value(part) for name, part in value.items() if name != "anchor")
    if isinstance(value, StreamValue | ListValue | list | tuple):
        return " ".join(_of_value(getattr(part, "value", part)) for part in value)
    text = plain(str(value)) if value else ""
    return "" if text.startswith("http") else text


def plain(html):
    """The text of rich text or of a rendered template, with single spaces."""
    return _text_of(BeautifulSoup(expand_db_html(html), "html.parser")) if "<" in html else html


def _text_of(element):
    return SPACE_BEFORE_SIGN.sub(r"\1", " ".join(element.get_text(" ").split()))
