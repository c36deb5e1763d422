"""In which languages a page can be read, and how to get there."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import translate_url
from django.utils.translation import get_language
from wagtail.models import Locale, Page

from core.languages import home_path
from core.once import is_translated, kept


@dataclass(frozen=True)
class Translation:
    """A page in one language. Its text may still be that of the page it is an alias of."""

    pk: int
    language: str
    url: str
    is_read: bool  # its text is in this language too


@dataclass(frozen=True)
class Way:
    """A link of the language switch."""

    language: str
    url: str
    is_current: bool = False
    instead: str = ""  # the title of the page it leads to, when that is another page


def translations_of(page):
    """The published translations of a page, the source language first."""
    if not getattr(page, "pk", None) or not is_translated():
        return []
    return kept(f"translations-{page.pk}", lambda: _find(page))


def readable_in(page, path):
    """[(language, absolute address)] for who can choose; of `path` where that is below the page.

    Empty where there is no choice, or the text of this page is not in its own language.
    """
    found = [row for row in translations_of(page) if row.is_read]
    if len(found) < 2 or page.pk not in [row.pk for row in found]:
        return []
    below = _below(page, path)
    return [(row.language, f"{settings.SITE_URL}{row.url}{below}") for row in found]


def ways(page, request):
    """The language switch: to the same page, else to the nearest page above it."""
    if not is_translated():
        return []
    if getattr(page, "pk", None):
        return _ways_from_page(page, request)
    return [
        Way(code, _address(request, code), is_current=code == get_language())
        for code, _name in settings.LANGUAGES
    ]


def is_own_text(row, others):
    """Whether the text of a page is in its own language.

    An alias has the text of the page it follows. A page that is little but facts, such as a course
    date, is in every language at once.
    """
    follows = row.alias_of_id is not None and row.alias_of_id in {other.pk for other in others}
    return not follows or getattr(row.specific_class, "is_mostly_facts", False)


def _find(page):
    rows = list(
        Page.objects.live()
        .filter(translation_key=page.translation_key)
        .select_related("locale")
        .order_by("pk")
    )
    rows.sort(key=lambda row: row.locale.language_code != settings.LANGUAGE_CODE)
    return [
        Translation(row.pk, row.locale.language_code, row.url or "/", is_own_text(row, rows))
        for row in rows
    ]


def _ways_from_page(page, request):
    found = {row.language: row for row in translations_of(page)}
    below = _below(page, request.path if request else "")
    links = []
    for code, _name in settings.LANGUAGES:
        if row := found.get(code):
            links.append(Way(code, row.url + below, is_current=row.pk == page.pk))
        elif above := _nearest_above(page, code):
            links.append(Way(code, above.url, instead=above.title))
    return links


def _nearest_above(page, language):
    locale = Locale.objects.get_for_language(language)
    keys = page.get_ancestors().filter(depth__gt=1).values("translation_key")
    found = Page.objects.live().filter(translation_key__in=keys, locale=locale)
    return found.order_by("-depth").first()


def _below(page, path):
    """What of an address comes after the page's own, such as the code of a course date."""
    own = page.url
    return path.removeprefix(own) if own and path.startswith(own) else ""


def _address(request, language):
    """The view that is shown, in another language; the home page when it has no address of its
    own there."""
    match = getattr(request, "resolver_match", None)
    if match is None or match.view_name == "wagtail_serve" or request.method != "GET":
        return home_path(language)
    return translate_url(request.get_full_path(), language)
