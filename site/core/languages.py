import locale

from django.conf import settings
from django.utils import translation


def language_from_path(path):
    """The language of an address: /en/... is English, everything else Dutch."""
    return translation.get_language_from_path(path) or settings.LANGUAGE_CODE


def home_path(language):
    """Where the site starts in a language. Asks nothing of the database: error pages use it."""
    return "/" if language == settings.LANGUAGE_CODE else f"/{language}/"


def open_graph_locale(language):
    """A language with a country, as those want it who show a shared page: nl_NL."""
    return settings.OPEN_GRAPH_LOCALES.get(language) or locale.normalize(language).split(".")[0]
