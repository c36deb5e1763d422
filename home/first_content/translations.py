"""The first content in the other languages, as segments that editors find in wagtail-localize."""

import json

from django.conf import settings
from django.core.management.base import CommandError
from wagtail.models import Locale, Page
from wagtail_localize.models import (
    LocaleSynchronization,
    OverridableSegment,
    SegmentOverride,
    Translation,
    TranslationSource,
)

from home.first_content import inventory
from home.first_content.catalogues import Catalogue, is_own_link


def languages():
    """The codes of all languages but the source language."""
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def load_translation(language, ledger, references):
    """Translate whatever was never translated; then every other page gets an alias."""
    source = Locale.get_default()
    locale = _locale(language, ledger)
    if locale is None:
        return
    before = ledger.added
    for item in inventory.all_items(source, references):
        if ledger.knows("translation of", f"{item.kind} {item.name}"):
            continue
        if catalogue := Catalogue(language, item.catalogue):
            for instance in item.find():
                _translate(instance, locale, catalogue)
            ledger.add("translation of", f"{item.kind} {item.name}")
    _synchronise(source, locale, ledger, has_news=ledger.added > before)


def _locale(language, ledger):
    """The locale, created once; None if staff removed it since."""
    if not ledger.knows("language", language):
        Locale.objects.get_or_create(language_code=language)
        ledger.add("language", language)
    return Locale.objects.filter(language_code=language).first()


def _synchronise(source, locale, ledger, *, has_news):
    """Give each page an alias in this language, now and whenever a page is added.

    Set up once: staff may end it, under the languages in the CMS.
    """
    if not ledger.knows("synchronisation", source.language_code):
        LocaleSynchronization.objects.get_or_create(locale=locale, defaults={"sync_from": source})
        ledger.add("synchronisation", source.language_code)
    elif has_news:
        for synchronisation in LocaleSynchronization.objects.filter(locale=locale):
            synchronisation.sync_trees()


def _translate(instance, locale, catalogue):
    """Translate a page or snippet, unless staff have translated it or begun to."""
    if _is_translated(instance, locale):
        return
    source, _created = TranslationSource.update_or_create_from_instance(instance)
    translation, is_new = Translation.objects.get_or_create(source=source, target_locale=locale)
    if not is_new:
        return
    if warnings := translation.import_po(catalogue.fill(translation.export_po())):
        raise CommandError(f"{instance}: {warnings}")
    _override_links(source, locale, catalogue)
    total, done = translation.get_progress()
    if total == done:  # an unfinished translation would be shown in two languages at once
        _save(source, instance, locale)


def _is_translated(instance, locale):
    found = type(instance).objects.filter(translation_key=instance.translation_key, locale=locale)
    if isinstance(instance, Page):
        found = found.filter(alias_of=None)
    return found.exists()


def _override_links(source, locale, catalogue):
    for segment in OverridableSegment.objects.filter(source=source).select_related("context"):
        link = json.loads(segment.data_json)
        if is_own_link(link) and (text := catalogue.text(segment.context.path, link)):
            SegmentOverride.objects.get_or_create(
                locale=locale, context=segment.context, defaults={"data_json": json.dumps(text)}
            )


def _save(source, instance, locale):
    is_page = isinstance(instance, Page)
    # wagtail-localize would publish a page only after the transaction; it is needed now.
    made, _created = source.create_or_update_translation(
        locale, publish=not is_page, copy_parent_pages=True, fallback=True
    )
    if is_page and instance.live:
        made.get_latest_revision().publish()
