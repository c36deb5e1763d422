"""All first content in the source language, in an order in which references lead backwards."""

from dataclasses import dataclass
from functools import partial

from wagtail.models import Page

from core.models import SiteTexts
from courses.models import CourseEventPage
from faq.models import FaqQuestion, FaqTopic
from home.first_content import files
from home.first_content.references import Missing, find_testimonial


@dataclass(frozen=True)
class Item:
    """Something that is translated as a whole; `kind` and `name` identify it in the ledger."""

    kind: str
    name: str
    catalogue: str  # the name of its PO file
    find: object  # () -> list of pages or snippets, empty if staff removed them


def all_items(locale, references):
    """Yield an Item for everything in the content files."""
    language = locale.language_code
    for row in files.read_file(language, "testimonials")["testimonials"]:
        yield Item("testimonial", row["key"], "testimonials", partial(_testimonial, row, locale))
    questions = files.read_file(language, "questions")
    for row in questions["topics"]:
        known = FaqTopic.objects.filter(locale=locale, slug=row["slug"])
        yield Item("topic", row["slug"], "questions", partial(list, known))
    for row in questions["questions"]:
        known = FaqQuestion.objects.filter(locale=locale, anchor=row["anchor"])
        yield Item("question", row["anchor"], "questions", partial(list, known))
    texts = SiteTexts.objects.filter(locale=locale)
    yield Item("texts", "site", "site", partial(list, texts))
    for file in files.page_files(language):
        yield Item("page", file.path, f"pages/{file.name}", partial(_page, file.path, references))
    dates = CourseEventPage.objects.filter(locale=locale).order_by("first_day")
    yield Item("events", "all", "events", partial(list, dates))


def _testimonial(row, locale):
    try:
        return [find_testimonial(row, locale)]
    except Missing:
        return []


def _page(path, references):
    try:
        return [Page.objects.get(pk=references.page(path)).specific]
    except Missing:
        return []
