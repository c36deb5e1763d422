from django.db import transaction
from wagtail.models import Locale

from home.first_content import events, pages, redirects, root, snippets, translations
from home.first_content.ledger import Ledger
from home.first_content.references import References
from home.models import LoadedContent


def load_content(*, when_empty=False):
    """Create whatever was never created, in every language; returns the number of items.

    Existing content is not changed, except that the default site gets the address in SITE_URL.
    With `when_empty` that is all, once anything was ever created.
    """
    if when_empty and LoadedContent.objects.exists():
        root.default_site()
        return 0
    return load_source() + load_translations()


@transaction.atomic
def load_source():
    """Create the content in the source language; returns the number of new items."""
    locale = Locale.get_default()
    ledger = Ledger(locale.language_code)
    site = root.default_site()
    home, home_is_new = root.home_page(site, locale, ledger)
    root.load_settings(site, locale.language_code, ledger)
    references = References(home, locale)
    snippets.load_testimonials(locale, ledger)
    pages.load_pages(home, home_is_new, locale, ledger, references)
    snippets.load_questions(locale, ledger, references)
    snippets.load_site_texts(locale, ledger, references)
    events.load_events(locale, ledger, references)
    redirects.load_redirects(locale, ledger, references)
    return ledger.added


@transaction.atomic
def load_translations():
    """Create the translations; returns their number. The source content has to exist."""
    references = References(root.default_site().root_page, Locale.get_default())
    added = 0
    for language in translations.languages():
        ledger = Ledger(language)
        translations.load_translation(language, ledger, references)
        added += ledger.added
    return added
