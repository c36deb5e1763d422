"""Collect the links in everything that is published, and judge those to our own site."""

import logging
import re
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.http import Http404, HttpRequest
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.encoding import iri_to_uri
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page
from wagtail.snippets.models import get_snippet_models

from core.broken_links.reading import links_of
from core.languages import language_from_path
from core.logs import class_and_place
from core.models import ExternalAddress, Link, SiteSettings

LONGEST = Link._meta.get_field("url").max_length
BARE = re.compile(r"https?://", re.IGNORECASE)  # www.example.nl is readable as a name
OTHER_SCHEMES = ("mailto", "tel", "sms")
WEB = ("http", "https")
TO_PAGE = "page:"  # with the id of a page: the `url` of a link to a page that was chosen

logger = logging.getLogger(__name__)


def sources():
    """What readers see: published pages other than aliases, snippets, the settings."""
    yield from Page.objects.live().filter(alias_of=None).specific().iterator()
    for model in get_snippet_models():
        yield from model.objects.all()
    yield from SiteSettings.objects.all()


def search():
    """Replace all `Link` rows by what is found now; returns how many. Idempotent."""
    judge = Judge()
    found = [link for source in sources() for link in judge.links_of(source)]
    with transaction.atomic():
        urls = {iri_to_uri(link.url) for link in found if link.is_external}
        known = set(ExternalAddress.objects.values_list("url", flat=True))
        new = [ExternalAddress(url=url) for url in sorted(urls - known)]
        ExternalAddress.objects.bulk_create(new, ignore_conflicts=True)
        addresses = dict(ExternalAddress.objects.values_list("url", "pk"))
        for link in found:
            link.address_id = addresses.get(iri_to_uri(link.url)) if link.is_external else None
        Link.objects.all().delete()
        Link.objects.bulk_create(found)
        ExternalAddress.objects.filter(links=None).delete()
    return len(found)


class Judge:
    """Judges links to our own site, looking up each page, path and set of anchors only once."""

    def __init__(self):
        self._is_live = dict(Page.objects.values_list("pk", "live"))
        self._places = {}
        self._pages = {}
        self._own_hosts = {urlsplit(settings.SITE_URL).netloc}

    def links_of(self, source):
        kind = ContentType.objects.get_for_model(type(source))
        for found in links_of(source):
            link = Link(content_type=kind, object_id=source.pk, text=found.text[:200])
            if self._judge(link, found, source):
                yield link

    def _judge(self, link, found, source):
        """Fill in the link. False if it is no link to a web page, such as an e-mail address."""
        link.is_external = False
        if found.page is not None:
            link.url, link.problem = f"{TO_PAGE}{found.page}", self._of_page(found.page)
            return True
        link.url = found.url[:LONGEST]
        try:
            parts = urlsplit(found.url)
        except ValueError:
            link.problem = Link.Problem.NOWHERE
            return True
        if parts.scheme in OTHER_SCHEMES and parts.path:
            return False
        if BARE.match(found.text):
            link.problem = Link.Problem.BARE
        if parts.scheme in WEB and parts.netloc and parts.netloc not in self._own_hosts:
            link.is_external = len(iri_to_uri(found.url)) <= LONGEST
            return link.is_external
        link.problem = self._of_own_address(parts, source) or link.problem
        return True

    def _of_page(self, pk):
        if pk not in self._is_live:
            return Link.Problem.GONE
        return "" if self._is_live[pk] else Link.Problem.UNPUBLISHED

    def _of_own_address(self, parts, source):
        if parts.scheme and parts.scheme not in WEB:
            return Link.Problem.NOWHERE
        if not parts.path and not parts.netloc:
            if not parts.fragment:
                return Link.Problem.NOWHERE
            return self._of_place(source, parts.fragment) if isinstance(source, Page) else ""
        is_there, page = self._lookup(parts.path or "/")
        if not is_there:
            return Link.Problem.NOT_FOUND
        return self._of_place(page, parts.fragment) if page and parts.fragment else ""

    def _of_place(self, page, fragment):
        if page.pk not in self._places:
            self._places[page.pk] = places_on(page)
        places = self._places[page.pk]
        return Link.Problem.NO_ANCHOR if places is not None and fragment not in places else ""

    def _lookup(self, path):
        if path not in self._pages:
            self._pages[path] = lookup(path)
        return self._pages[path]


def lookup(path):
    """(whether this path of our site exists, the page if a page answers there)."""
    if Redirect.objects.filter(old_path=Redirect.normalise_path(path)).exists():
        return True, None
    with translation.override(language_from_path(path)):
        try:
            match = resolve(path)
        except Resolver404:
            return False, None
        if match.view_name != "wagtail_serve":
            return True, None
        try:
            route = Page.route_for_request(_request(path), match.args[0] if match.args else "")
        except Http404:
            route = None
    return (True, route.page) if route else (False, None)


def _request(path):
    request = HttpRequest()
    request.method, request.path = "GET", path
    request.META |= {"SERVER_NAME": urlsplit(settings.SITE_URL).hostname, "SERVER_PORT": "80"}
    return request


def places_on(page):
    """The ids on a page as readers get it; None if it cannot be rendered."""
    try:
        response = page.specific.make_preview_request()
    except Exception as error:  # a page that cannot be rendered is no fault of the link
        logger.warning(
            "Page %s cannot be searched for anchors: %s", page.pk, class_and_place(error)
        )
        return None
    if response.status_code != 200:
        return None
    soup = BeautifulSoup(response.content, "html.parser")
    return {tag["id"] for tag in soup.find_all(id=True)} | {"top"}
