"""sitemap.xml and robots.txt, with the one canonical host."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from wagtail.contrib.sitemaps import Sitemap
from wagtail.contrib.sitemaps.views import sitemap

ROBOTS = """\
User-agent: *
Disallow: /admin/
Disallow: /account/
Disallow: /inschrijving/
Disallow: /en/sign-up/

Sitemap: {site_url}/sitemap.xml
"""


class PublicSitemap(Sitemap):
    def _urls(self, page, protocol, domain):
        return [
            entry | {"location": canonical(entry["location"])}
            for entry in super()._urls(page, protocol, domain)
        ]


def canonical(url):
    """The same path on SITE_URL, whatever host the request or Wagtail's site record names."""
    parts = urlsplit(url)
    return settings.SITE_URL + parts.path + (f"?{parts.query}" if parts.query else "")


def sitemap_xml(request):
    return sitemap(request, {"pages": PublicSitemap})


def robots_txt(request):
    return HttpResponse(ROBOTS.format(site_url=settings.SITE_URL), content_type="text/plain")
