"""Slugs at which no page can be reached, because the site itself answers there."""

import re
from functools import cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import LocalePrefixPattern, Resolver404, get_resolver
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.languages import home_path


def refuse_taken(slug, parent):
    """Raise ValidationError if a page with this slug below `parent` has an address of the site's.

    `parent` is None for a page that is not in the tree yet: its form asks.
    """
    if parent is None or parent.is_root():
        return
    is_reserved = parent.depth == 2 and slug in reserved(parent.locale.language_code)
    if is_reserved or _is_route(parent.specific, slug):
        words = _("The site itself has something at “%(slug)s”, so nobody would see this page.")
        raise ValidationError({"slug": words % {"slug": slug} + " " + _("Choose another.")})


@cache
def reserved(language):
    """The first parts of the site's own addresses in a language, behind that of its home page."""
    patterns = get_resolver().url_patterns
    translated = [found for found in patterns if isinstance(found.pattern, LocalePrefixPattern)]
    with override(language):
        found = set(_firsts(below for each in translated for below in each.url_patterns))
    if home_path(language) == "/":
        found |= set(_firsts(each for each in patterns if each not in translated))
        found |= {code for code, _name in settings.LANGUAGES if home_path(code) != "/"}
        found |= {path.strip("/") for path in (settings.STATIC_URL, settings.MEDIA_URL)}
        found |= {"healthz", "readyz"}  # middleware answers these
    return found


def _firsts(patterns):
    for found in patterns:
        if first := re.match(r"\^?([\w.-]+)", str(found.pattern)):
            yield first[1]
        elif not str(found.pattern):
            yield from _firsts(getattr(found, "url_patterns", ()))


def _is_route(parent, slug):
    """Whether a view shows something at this address below the parent."""
    if not hasattr(parent, "resolve_subpage"):
        return False
    try:
        return bool(parent.resolve_subpage(f"/{slug}/"))
    except Resolver404:
        return False
