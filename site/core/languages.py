from django.conf import settings
from django.utils import translation


def language_from_path(path):
    """The language of an address: /en/... is English, everything else Dutch."""
    return translation.get_language_from_path(path) or settings.LANGUAGE_CODE
