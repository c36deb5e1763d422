from django.db import transaction
from wagtail.models import Locale

from home.first_content import events, pages, root, snippets, translations
from home.first_content.ledger import Ledger
from home.first_content.references import References


def load():
    """Makes what was never made, in every language, and returns how many things that were.

    Nothing that exists is changed, except that the default site follows SITE_URL.
    """
    return load_source() + load_translations()


@transaction.atomic
def load_source():
    locale = Locale.get_default()
    ledger = Ledger(locale.language_code)
    site = root.site()
    home, home_is_new = root.home_page(site, locale, ledger)
    root.settings_of(site, locale.language_code, ledger)
    references = References(home, locale)
    snippets.load_testimonials(locale, ledger)
    pages.load(home, home_is_new, locale, ledger, references)
    snippets.load_questions(locale, ledger, references)
    snippets.load_site_texts(locale, ledger, references)
    events.load(locale, ledger, references)
    return ledger.added


@transaction.atomic
def load_translations():
    """Needs the content in the source language."""
    references = References(root.site().root_page, Locale.get_default())
    added = 0
    for language in translations.languages():
        ledger = Ledger(language)
        translations.load(language, ledger, references)
        added += ledger.added
    return added
