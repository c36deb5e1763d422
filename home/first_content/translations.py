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

from home.first_content import things
from home.first_content.catalogues import Catalogue, is_own_link


def languages():
    """The codes of all languages but the source's."""
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def load(language, ledger, references):
    """Translate what was never translated; then every page that is left gets an alias."""
    source = Locale.get_default()
    locale = _locale(language, ledger)
    if locale is None:
        return
    before = ledger.added
    for thing in things.all_of(source, references):
        if ledger.knows("translation of", f"{thing.kind} {thing.name}"):
            continue
        if catalogue := Catalogue(language, thing.catalogue):
            for instance in thing.find():
                _translate(instance, locale, catalogue)
            ledger.add("translation of", f"{thing.kind} {thing.name}")
    _synchronise(source, locale, ledger, has_news=ledger.added > before)


def _locale(language, ledger):
    """None once staff removed the language."""
    if not ledger.knows("language", language):
        Locale.objects.get_or_create(language_code=language)
        ledger.add("language", language)
    return Locale.objects.filter(language_code=language).first()


def _synchronise(source, locale, ledger, *, has_news):
    """From now on each new page is there in this language at once, as an alias.

    Whether that goes on is staff's decision afterwards, with the languages in the CMS.
    """
    if not ledger.knows("synchronisation", source.language_code):
        LocaleSynchronization.objects.get_or_create(locale=locale, defaults={"sync_from": source})
        ledger.add("synchronisation", source.language_code)
    elif has_news:
        for synchronisation in LocaleSynchronization.objects.filter(locale=locale):
            synchronisation.sync_trees()


def _translate(instance, locale, catalogue):
    """Leaves alone what somebody translated, or began to translate, before us."""
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
    if total == done:  # else it would be shown half in one language and half in the other
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
    # wagtail-localize would publish a page only after the transaction, so this does it now.
    made, _created = source.create_or_update_translation(
        locale, publish=not is_page, copy_parent_pages=True, fallback=True
    )
    if is_page and instance.live:
        made.get_latest_revision().publish()
