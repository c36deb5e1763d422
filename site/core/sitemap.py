"""sitemap.xml and robots.txt, with addresses on SITE_URL."""

from collections import defaultdict
from functools import reduce
from operator import or_
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import translation
from wagtail.contrib.sitemaps import Sitemap
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.models import Page

from core import translations
from core.kept import kept

ROBOTS = """\
User-agent: *
Disallow: /admin/
Disallow: /account/
{private}

Sitemap: {site_url}/sitemap.xml
"""


_showing = []


def changes_with(function):
    """Register what else a page shows, so that search engines hear when that changes.

    function(pages, changed) is called with all pages of the sitemap and {id of a page: when it was
    last changed}, and moves those moments forward. Lower apps go first: they may be built on.
    """
    _showing.append(function)
    return function


def move_forward(changed, page, moments):
    """The page has changed at the last of these moments, some of which may be None."""
    known = [moment for moment in (changed.get(page.pk), *moments) if moment]
    if known:
        changed[page.pk] = max(known)


class PublicSitemap(Sitemap):
    """Every public page in every language, each with its translations.

    Aliases that nobody translated yet are left out: their text is listed in its own language.
    """

    def items(self):
        root = self.get_wagtail_site().root_page
        below = [
            Page.objects.descendant_of_q(home, inclusive=True)
            for home in root.get_translations(inclusive=True).order_by("path")
        ]
        pages = Page.objects.live().public().filter(reduce(or_, below)).order_by("path")
        return pages.defer_streamfields().specific()

    def _urls(self, page, protocol, domain):
        pages = list(self.paginator.page(page).object_list)
        changed = {row.pk: self.lastmod(row) for row in pages if self.lastmod(row)}
        for show in _showing:
            show(pages, changed)
        by_key = defaultdict(list)
        for row in pages:
            by_key[row.translation_key].append(row)
        urls = [
            entry
            for rows in by_key.values()
            for row in rows
            if translations.is_own_text(row, rows)
            for entry in self._entries(row, rows, changed.get(row.pk))
        ]
        if urls and all(entry.get("lastmod") for entry in urls):
            self.latest_lastmod = max(entry["lastmod"] for entry in urls)
        return urls

    def _entries(self, page, rows, changed):
        """The entries of a page and of the addresses below it, such as an archive."""
        own = page.get_full_url(self.request)
        readable = [row for row in rows if translations.is_own_text(row, rows)]
        for entry in page.get_sitemap_urls(self.request):
            below = entry["location"].removeprefix(own)
            found = [(row, canonical(row.get_full_url(self.request) + below)) for row in readable]
            yield entry | {
                "lastmod": changed,
                "location": canonical(entry["location"]),
                "alternates": _alternates(found) if len(found) > 1 else [],
            }


def _alternates(found):
    for row, location in found:
        language = row.locale.language_code
        yield {"lang_code": language, "location": location}
        if language == settings.LANGUAGE_CODE:
            yield {"lang_code": "x-default", "location": location}


def canonical(url):
    """The same path and query on SITE_URL, whatever the host of `url`."""
    parts = urlsplit(url)
    return settings.SITE_URL + parts.path + (f"?{parts.query}" if parts.query else "")


@kept
def sitemap_xml(request):
    return sitemap(request, {"pages": PublicSitemap})


@kept
def robots_txt(request):
    private = "\n".join(f"Disallow: {path}" for path in _private_paths())
    text = ROBOTS.format(private=private, site_url=settings.SITE_URL)
    return HttpResponse(text, content_type="text/plain")


def _private_paths():
    """The paths below which an address holds a token, in each language."""
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            yield reverse("sign_up_lost")
