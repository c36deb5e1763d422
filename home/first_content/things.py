"""All first content in the source language, what is referred to before what refers to it."""

from dataclasses import dataclass
from functools import partial

from wagtail.models import Page

from core.models import SiteTexts
from courses.models import CourseEventPage
from faq.models import FaqQuestion, FaqTopic
from home.first_content import files
from home.first_content.references import Missing, find_testimonial


@dataclass(frozen=True)
class Thing:
    kind: str
    name: str
    catalogue: str  # the name of its PO file
    find: object  # () -> the pages or snippets, none if staff removed them


def all_of(locale, references):
    language = locale.language_code
    for row in files.read(language, "testimonials")["testimonials"]:
        yield Thing("testimonial", row["key"], "testimonials", partial(_testimonial, row, locale))
    questions = files.read(language, "questions")
    for row in questions["topics"]:
        known = FaqTopic.objects.filter(locale=locale, slug=row["slug"])
        yield Thing("topic", row["slug"], "questions", partial(list, known))
    for row in questions["questions"]:
        known = FaqQuestion.objects.filter(locale=locale, anchor=row["anchor"])
        yield Thing("question", row["anchor"], "questions", partial(list, known))
    texts = SiteTexts.objects.filter(locale=locale)
    yield Thing("texts", "site", "site", partial(list, texts))
    for file in files.pages(language):
        yield Thing("page", file.path, f"pages/{file.name}", partial(_page, file.path, references))
    dates = CourseEventPage.objects.filter(locale=locale).order_by("first_day")
    yield Thing("events", "all", "events", partial(list, dates))


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
