"""The first content in other languages: created once, as segments, never over work of staff."""

import re

import polib
import pytest
from django.core import serializers
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, Page
from wagtail_localize.models import (
    LocaleSynchronization,
    StringSegment,
    StringTranslation,
    Translation,
)

from core.models import SiteTexts
from faq.models import FaqQuestion, FaqTopic
from home import models as home
from home.first_content import catalogues, files, translations
from home.first_content.loading import load_content, load_translations

pytestmark = pytest.mark.anywhere

CONTENT = files.CONTENT
CATALOGUES = sorted(CONTENT.glob("en/**/*.po"))
TAG = re.compile(r"<[^>]+>")
MODELS = [
    FaqQuestion,
    FaqTopic,
    home.LoadedContent,
    Page,
    SiteTexts,
    StringTranslation,
    home.Testimonial,
]


def everything():
    return [serializers.serialize("json", model.objects.order_by("pk")) for model in MODELS]


def in_english(model, **which):
    return model.objects.get(locale__language_code="en", **which)


def load_again(item):
    """Load the translations as if this item had never been translated."""
    home.LoadedContent.objects.get(key=f"en translation of {item}").delete()
    load_translations()


def test_every_segment_of_every_text_is_translated(english_site):
    open_texts = [
        (translation.source.object_repr, translation.get_progress())
        for translation in Translation.objects.all()
        if len(set(translation.get_progress())) > 1
    ]

    assert open_texts == []
    assert StringSegment.objects.count() == StringTranslation.objects.count() > 400


def test_every_page_exists_in_english_with_english_text(english_site):
    pages = {
        code: set(
            Page.objects.filter(depth__gt=1, live=True, locale__language_code=code).values_list(
                "translation_key", flat=True
            )
        )
        for code in ("nl", "en")
    }

    assert pages["nl"] == pages["en"]
    assert not Page.objects.exclude(alias_of=None).exists()
    assert not Page.objects.filter(has_unpublished_changes=True).exists()
    assert Page.find_problems() == ([], [], [], [], [])


def test_a_second_load_changes_nothing_and_needs_few_queries(english_site):
    before = everything()

    with CaptureQueriesContext(connection) as queries:
        load_content()

    assert everything() == before
    assert len(queries) <= 20


def test_english_text_that_staff_changed_stays(english_site):
    page = in_english(home.ContentPage, slug="terms")
    page.title = "Our terms"
    page.save_revision().publish()
    before = everything()

    load_content()

    assert everything() == before


def test_a_text_that_staff_translated_is_left_alone(english_site):
    question = in_english(FaqQuestion, anchor="vergoeding")
    question.question = "Who pays?"
    question.save()

    load_again("question vergoeding")

    assert in_english(FaqQuestion, anchor="vergoeding").question == "Who pays?"


def test_a_text_that_staff_changed_before_the_load_is_left_unfinished(english_site):
    page = home.ContentPage.objects.get(slug="privacy", locale=Locale.get_default())
    Translation.objects.get(source__object_id=page.translation_key).source.delete()
    in_english(home.ContentPage, slug="privacy").delete()
    page.introduction = "Anders."
    page.save_revision().publish()

    load_again("page /privacy/")

    translation = Translation.objects.get(source__object_id=page.translation_key)
    total, done = translation.get_progress()
    assert done == total - 1
    assert in_english(home.ContentPage, slug="privacy").alias_of.pk == page.pk


def test_what_staff_deleted_is_not_created_again(english_site):
    in_english(home.ContentPage, slug="terms").delete()
    in_english(home.Testimonial, name="Huub Busser").delete()
    before = everything()

    load_content()

    assert everything() == before


def test_a_language_that_staff_removed_stays_away(loaded_site):
    home.LoadedContent.objects.create(key="en language en")

    assert load_translations() == 0
    assert Locale.objects.count() == 1


def test_the_load_sets_up_the_synchronisation_of_languages(english_site):
    synchronisation = LocaleSynchronization.objects.get()

    assert synchronisation.sync_from == Locale.get_default()
    assert synchronisation.locale == english_site.locale


def test_a_language_without_catalogues_gets_every_page_as_an_alias(english_site, settings):
    settings.LANGUAGES = [*settings.LANGUAGES, ("de", "Deutsch")]
    settings.WAGTAIL_CONTENT_LANGUAGES = settings.LANGUAGES

    assert translations.languages() == ["en", "de"]
    load_translations()

    german = Page.objects.filter(locale__language_code="de")
    assert german.count() == Page.objects.filter(locale=Locale.get_default(), depth__gt=1).count()
    assert not german.filter(alias_of=None).exists()


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda file: file.stem)
def test_a_catalogue_is_complete_and_keeps_links_in_place(file):
    po = polib.pofile(str(file))

    assert [entry.msgid for entry in po if not entry.msgstr] == []
    assert [
        entry.msgid
        for entry in po
        if sorted(TAG.findall(entry.msgid)) != sorted(TAG.findall(entry.msgstr))
    ] == []


def test_a_translation_outlives_a_database_with_older_content(monkeypatch, tmp_path):
    monkeypatch.setattr(files, "CONTENT", tmp_path)
    file = tmp_path / "en" / "faq.po"
    file.parent.mkdir()
    known = {"new": ("Nieuw", "New"), "same": ("Zelfde", "Same"), "open": ("Open", "")}
    po = polib.POFile()
    po.extend(
        polib.POEntry(msgctxt=key, msgid=source, msgstr=text)
        for key, (source, text) in known.items()
    )
    po.save(str(file))

    def update(*keys):
        segments = [(key, known[key][0]) for key in keys]
        monkeypatch.setattr(catalogues, "_segments", lambda instance: segments)
        catalogues.Catalogue("en", "faq").update_from([None])
        written = polib.pofile(str(file))
        return [(row.msgctxt, row.msgstr, bool(row.obsolete)) for row in written]

    assert update("same") == [("same", "Same", False), ("new", "New", True)]
    assert update("same", "new") == [("same", "Same", False), ("new", "New", False)]


def test_the_catalogues_are_those_that_the_command_writes(english_site, monkeypatch, tmp_path):
    for file in CONTENT.rglob("*.*"):
        copy = tmp_path / file.relative_to(CONTENT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    monkeypatch.setattr(files, "CONTENT", tmp_path)

    call_command("content_messages", "en")

    def entries(file):
        return [(entry.msgctxt, entry.msgid, entry.msgstr) for entry in polib.pofile(str(file))]

    changed = [
        file.name
        for file in CATALOGUES
        if entries(file) != entries(tmp_path / file.relative_to(CONTENT))
    ]
    assert changed == []
