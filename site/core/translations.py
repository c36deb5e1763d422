"""In which languages a page can be read, and how to get there."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import translate_url
from django.utils.translation import get_language
from wagtail.models import Locale, Page

from core.languages import home_path
from core.once import cached, is_translated


@dataclass(frozen=True)
class Translation:
    """A page in one language. An alias may still have the text of its source language."""

    pk: int
    language: str
    url: str
    is_own_text: bool  # whether its text is in `language`


@dataclass(frozen=True)
class LanguageLink:
    """A link of the language switch."""

    language: str
    url: str
    is_current: bool = False
    instead: str = ""  # the title of the page it leads to, when that is another page


def translations_of(page):
    """The published translations of a page, the source language first."""
    if not getattr(page, "pk", None) or not is_translated():
        return []
    return cached(f"translations-{page.pk}", lambda: _find(page))


def readable_in(page, path):
    """[(language, absolute address)] of the languages in which the text of this page exists.

    The addresses are those of `path` if it is below the page. Empty if there is only one language,
    or if the text of this page is not in its own language.
    """
    found = [row for row in translations_of(page) if row.is_own_text]
    if len(found) < 2 or page.pk not in [row.pk for row in found]:
        return []
    below = _below(page, path)
    return [(row.language, f"{settings.SITE_URL}{row.url}{below}") for row in found]


def language_links(page, request):
    """The links of the language switch: to the same page, else to the nearest page above it.

    Empty while the site has only one language.
    """
    if not is_translated():
        return []
    if getattr(page, "pk", None):
        return _links_from_page(page, request)
    return [
        LanguageLink(code, _address(request, code), is_current=code == get_language())
        for code, _name in settings.LANGUAGES
    ]


def is_own_text(row, others):
    """Whether the text of a page is in its own language.

    An alias has the text of its source. A page that is mostly facts, such as a course date, counts
    as being in every language. `others` are the published translations of the page.
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


def _links_from_page(page, request):
    found = {row.language: row for row in translations_of(page)}
    below = _below(page, request.path if request else "")
    links = []
    for code, _name in settings.LANGUAGES:
        if row := found.get(code):
            links.append(LanguageLink(code, row.url + below, is_current=row.pk == page.pk))
        elif above := _nearest_above(page, code):
            links.append(LanguageLink(code, above.url, instead=above.title))
    return links


def _nearest_above(page, language):
    locale = Locale.objects.get_for_language(language)
    keys = page.get_ancestors().filter(depth__gt=1).values("translation_key")
    found = Page.objects.live().filter(translation_key__in=keys, locale=locale)
    return found.order_by("-depth").first()


def _below(page, path):
    """The part of `path` after the page's own address, such as the code of a course date."""
    own = page.url
    return path.removeprefix(own) if own and path.startswith(own) else ""


def _address(request, language):
    """The address of the current view in another language, or of the home page if it has none."""
    match = getattr(request, "resolver_match", None)
    if match is None or match.view_name == "wagtail_serve" or request.method != "GET":
        return home_path(language)
    return translate_url(request.get_full_path(), language)
