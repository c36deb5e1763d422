import locale

from django.conf import settings
from django.utils import translation


def language_from_path(path):
    """The language of an address: /en/... is English, everything else Dutch."""
    return translation.get_language_from_path(path) or settings.LANGUAGE_CODE


def home_path(language):
    """The path of the home page in a language, without a query: error pages use it too."""
    return "/" if language == settings.LANGUAGE_CODE else f"/{language}/"


def open_graph_locale(language):
    """The language with a country, as Open Graph's `og:locale` wants it: nl_NL."""
    return settings.OPEN_GRAPH_LOCALES.get(language) or locale.normalize(language).split(".")[0]
