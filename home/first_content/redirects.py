from contextlib import suppress

from wagtail.contrib.redirects.models import Redirect

from home.first_content import files
from home.first_content.references import Missing


def load_redirects(locale, ledger, references):
    """Lead the addresses of the former site to their pages. Staff find them under “Redirects”."""
    for old, reference in files.read_file(locale.language_code, "redirects")["addresses"].items():
        if ledger.knows("redirect", old):
            continue
        with suppress(Missing):  # staff have removed that page
            page = {"redirect_page_id": references.fill(reference)}
            Redirect.objects.get_or_create(old_path=Redirect.normalise_path(old), defaults=page)
        ledger.add("redirect", old)
