from core.models import SiteTexts
from faq.models import FaqQuestion, FaqTopic
from home.first_content import files
from home.first_content.pages import assign, clean_streams
from home.first_content.references import Missing, find_testimonial
from home.models import Testimonial


def load_testimonials(locale, ledger):
    for row in files.read_file(locale.language_code, "testimonials")["testimonials"]:
        if ledger.knows("testimonial", row["key"]):
            continue
        try:
            find_testimonial(row, locale)
        except Missing:
            values = {name: value for name, value in row.items() if name != "key"}
            _save(Testimonial(locale=locale, **values))
        ledger.add("testimonial", row["key"])


def load_questions(locale, ledger, references):
    content = files.read_file(locale.language_code, "questions")
    for number, row in enumerate(content["topics"], start=1):
        _load_topic(row, number, locale, ledger)
    for number, row in enumerate(content["questions"], start=1):
        _load_question(row, number, locale, ledger, references)


def _load_topic(row, number, locale, ledger):
    if ledger.knows("topic", row["slug"]):
        return
    if not FaqTopic.objects.filter(locale=locale, slug=row["slug"]).exists():
        _save(FaqTopic(locale=locale, sort_order=number, **row))
    ledger.add("topic", row["slug"])


def _load_question(row, number, locale, ledger, references):
    if ledger.knows("question", row["anchor"]):
        return
    topic = FaqTopic.objects.filter(locale=locale, slug=row["topic"]).first()
    exists = FaqQuestion.objects.filter(locale=locale, anchor=row["anchor"]).exists()
    if topic and not exists:
        values = row | {"topic": topic, "answer": references.fill(row["answer"])}
        _save(FaqQuestion(locale=locale, sort_order=number, **values))
    ledger.add("question", row["anchor"])


def load_site_texts(locale, ledger, references):
    if ledger.knows("texts", "site"):
        return
    if not SiteTexts.objects.filter(locale=locale).exists():
        texts = SiteTexts(locale=locale)
        for name, raw in files.read_file(locale.language_code, "site")["texts"].items():
            assign(texts, name, raw, references)
        clean_streams(texts)
        _save(texts)
    ledger.add("texts", "site")


def _save(snippet):
    snippet.full_clean()
    snippet.save()
