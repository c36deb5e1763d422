"""Sentences of the site that staff reword: the list, the screen, and that the site says so."""

import re
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, pgettext

from core import site_words
from core.models import SiteWord
from courses.reading.availability import Availability
from tests import factories
from tests.courses.office.conftest import *  # noqa: F403  a course, a date, browsers

pytestmark = pytest.mark.anywhere
ROOT = Path(__file__).parents[2]
INDEX = reverse("site_words:index")


def sources():
    """All code and templates, as the catalogues see their messages."""
    found = []
    for app in ("courses", "home", "faq", "people", "site"):
        for path in [*(ROOT / app).rglob("*.py"), *(ROOT / app).rglob("*.html")]:
            if path.name != "site_words.py":
                found.append(path.read_text("utf-8"))
    text = re.sub(r'"\s*\n\s*"', "", "\n".join(found))
    text = re.sub(r"\{\{ *(\w+) *\}\}", r"%(\1)s", text)
    return " ".join(text.split())


def test_each_sentence_is_said_somewhere():
    code = sources()
    unused = [row.key for row in site_words.sentences.values() if row.source not in code]
    asked = {row.key for row in site_words.sentences.values() if not row.source}
    assert unused == []
    assert [key for key in asked if f'own("{key}"' not in code] == []


def test_each_sentence_has_a_default_in_each_language():
    for row in site_words.sentences.values():
        if row.source:
            assert row.default("nl") != row.default("en"), row.key
            assert set(site_words.placeholders.PLACEHOLDER.findall(row.default("nl"))) <= set(
                row.placeholders
            )


def test_there_are_some_forty():
    assert 40 <= len(site_words.sentences) <= 60


@pytest.fixture
def reworded(db):
    rows = {
        "full": "Helaas, vol",
        "certificate-attended": "volgde",
        "goes-ahead-from": "Bij {minimum}",
    }
    for key, text in rows.items():
        SiteWord.objects.create(key=key, language="nl", text=text)


def test_what_staff_wrote_is_said_in_its_language_only(reworded):
    with site_words.in_use():
        assert str(Availability.FULL.label) == "Helaas, vol"
        assert str(Availability.FEW.label) == "Nog enkele plaatsen"
        assert pgettext("certificate", "has attended") == "volgde"
        sentence = (
            "The course runs with at least %(minimum)s participants."
            " We will let you know in good time."
        )
        assert gettext(sentence) % {"minimum": 12} == "Bij 12"
        with translation.override("en"):
            assert str(Availability.FULL.label) == "This date is full"
    assert str(Availability.FULL.label) == "Deze datum is vol"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "Vanaf {deelnemers}",
            "Alleen deze worden hier ingevuld, elk in één keer getypt: {minimum}.",
        ),
        ("Vanaf {minimum", "Alleen deze"),
        ("Vanaf <b>12</b>", "Schrijf het zonder"),
        ("Vanaf 100%", "Schrijf het zonder"),
        ('Vanaf "12"', "Schrijf het zonder"),
    ],
)
def test_a_text_that_cannot_be_filled_in_is_refused(text, words):
    with pytest.raises(ValidationError) as refused:
        site_words.sentences["goes-ahead-from"].check(text)
    assert words in refused.value.message


def test_a_sentence_is_reworded_shown_and_put_back(make_client, client, event, course):
    texts = make_client("Teksten")
    edit = reverse("site_words:edit", args=["goes-ahead-from"])
    assert "Standaard: De cursus gaat door vanaf {minimum} deelnemers." in texts.get(edit).text
    english = site_words.sentences["goes-ahead-from"].default("en")
    typed = {"nl": "Met {minimum} mensen gaan wij lopen.", "en": english}
    texts.post(edit, typed)
    assert list(SiteWord.objects.values_list("language", "text")) == [("nl", typed["nl"])]
    assert "Met {minimum} mensen gaan wij lopen." in texts.get(INDEX).text
    factories.form_page(course)
    assert "Met 12 mensen gaan wij lopen." in client.get(event.url).text
    texts.post(edit, {"nl": "", "en": english})
    assert not SiteWord.objects.exists()
    assert "Met {minimum} mensen gaan wij lopen. → de standaard" in texts.get(edit).text
    assert "De cursus gaat door vanaf 12 deelnemers" in client.get(event.url).text


def test_only_staff_who_write_texts_reword(make_client, db):
    assert make_client("Geld").get(INDEX).status_code == 302
