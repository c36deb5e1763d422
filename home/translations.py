"""The translations that staff have to update: the source has changed, or a text is untranslated."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from modelcluster.models import get_serializable_data_for_fields
from wagtail.models import Locale, Page
from wagtail_localize.machine_translators import get_machine_translator
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    Translation,
    TranslationSource,
    get_edit_url,
)
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments
from wagtail_localize.views.edit_translation import apply_machine_translation

from faq.models import FaqQuestion, FaqTopic
from home.models import Testimonial

# Those of which readers miss one that is in no list of pages.
SNIPPETS = (FaqTopic, FaqQuestion, Testimonial)


@dataclass(frozen=True)
class Outdated:
    """A translation that is out of date; `url` is where staff update it.

    With `brings_in` that address wants a post: it first brings in what has changed.
    """

    title: str
    language: str
    why: str
    url: str
    brings_in: bool = False


def outdated():
    """[Outdated] in every language; first the texts that readers see in an old version."""
    return [*_changed(), *_unfinished(), *_untranslated(), *_missing()]


def bring_in(translation, user):
    """Bring the sentences that have changed into a translation, with proposals where a machine
    translates. Readers see none of it before somebody publishes. Returns where to translate them.
    """
    with transaction.atomic():
        translation.source.update_from_db()
        if (machine := get_machine_translator()) is not None:
            apply_machine_translation(translation.pk, user, machine)
    return get_edit_url(translation.get_target_instance())


def _changed():
    sources = [
        source for source, instance in _perhaps_changed() if _texts(instance) != _texts_of(source)
    ]
    for translation in _translations(sources):
        yield Outdated(
            title=translation.source.object_repr,
            language=str(translation.target_locale),
            why=_("the text has changed since"),
            url=reverse("bring_in_translation", args=[translation.pk]),
            brings_in=True,
        )


def _perhaps_changed():
    """(source, page or snippet) where a cheap look says that the text may have changed."""
    sources = TranslationSource.objects.select_related("specific_content_type", "object")
    pages = ContentType.objects.get_for_model(Page)
    published = Page.objects.filter(
        translation_key=OuterRef("object_id"),
        locale=OuterRef("locale"),
        last_published_at__gt=OuterRef("last_updated_at"),
    )
    for source in sources.filter(Exists(published), object__content_type=pages):
        yield source, source.get_source_instance()
    by_model = defaultdict(dict)
    for source in sources.exclude(object__content_type=pages):
        key = source.object_id, source.locale_id
        by_model[source.specific_content_type.model_class()][key] = source
    for model, known in by_model.items():
        for instance in model.objects.filter(translation_key__in=[key for key, _locale in known]):
            source = known.get((instance.translation_key, instance.locale_id))
            if source and _data(instance) != json.loads(source.content_json):
                yield source, instance


def _data(instance):
    """The content of a snippet in the form in which wagtail-localize stores it."""
    data = get_serializable_data_for_fields(instance)
    return json.loads(json.dumps(data, cls=DjangoJSONEncoder))


def _texts(instance):
    return {
        (segment.path, segment.string.data)
        for segment in extract_segments(instance)
        if isinstance(segment, StringSegmentValue)
    }


def _texts_of(source):
    return set(source.stringsegment_set.values_list("context__path", "string__data"))


def _translations(sources):
    found = Translation.objects.filter(source__in=sources, enabled=True)
    return found.select_related("source", "target_locale").order_by("source__object_repr")


def _unfinished():
    done = StringTranslation.objects.filter(
        translation_of=OuterRef("string"),
        context=OuterRef("context"),
        locale=OuterRef("source__translations__target_locale"),
        has_error=False,
    )
    open_segments = StringSegment.objects.filter(~Exists(done), source__translations__enabled=True)
    numbers = Counter(open_segments.values_list("source__translations", flat=True))
    translations = Translation.objects.filter(pk__in=numbers)
    for translation in translations.select_related("source", "target_locale").order_by("pk"):
        number = numbers[translation.pk]
        yield Outdated(
            title=translation.source.object_repr,
            language=str(translation.target_locale),
            why=ngettext(
                "%(number)s sentence is not translated",
                "%(number)s sentences are not translated",
                number,
            )
            % {"number": number},
            url=get_edit_url(translation.get_target_instance()),
        )


def _untranslated():
    aliases = (
        Page.objects.live()
        .exclude(alias_of=None)
        .exclude(locale=F("alias_of__locale"))
        .select_related("locale")
        .order_by("path")
    )
    for page in aliases:
        if not getattr(page.specific_class, "is_mostly_facts", False):
            yield Outdated(
                title=page.title,
                language=str(page.locale),
                why=_("not translated yet"),
                url=reverse("wagtail_localize:submit_page_translation", args=[page.alias_of_id]),
            )


def _missing():
    """Snippets, such as a new question, that do not exist in a language of the site."""
    source = Locale.get_default()
    pages = Page.objects.live().filter(locale=OuterRef("pk"))
    for locale in Locale.objects.exclude(pk=source.pk).filter(Exists(pages)):
        for model in SNIPPETS:
            there = model.objects.filter(locale=locale).values("translation_key")
            here = (
                getattr(model, "shown", model.objects)
                .filter(locale=source)
                .exclude(translation_key__in=there)
            )
            for snippet in here.order_by("pk"):
                label = model._meta
                yield Outdated(
                    title=str(snippet),
                    language=str(locale),
                    why=_("does not exist in this language yet"),
                    url=reverse(
                        "wagtail_localize:submit_snippet_translation",
                        args=[label.app_label, label.model_name, snippet.pk],
                    ),
                )
