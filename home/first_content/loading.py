from django.db import transaction
from wagtail.models import Locale

from home.first_content import events, pages, root, snippets
from home.first_content.ledger import Ledger
from home.first_content.references import References


@transaction.atomic
def load():
    """Makes what was never made and returns how many things that were.

    Nothing that exists is changed, except that the default site follows SITE_URL.
    """
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
