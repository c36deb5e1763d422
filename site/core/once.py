"""What every page asks for is looked up once.

Within a request it is remembered, and from request to request it is kept in the cache until staff
change it. A page of the CMS begins anew, and what changes something there remembers nothing; nor
does what runs outside a request.
"""

import hashlib
import uuid
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.cache import cache
from django.db import transaction
from django.db.models import Q
from django.db.models.signals import post_delete, post_save
from django.utils.translation import get_language

SECONDS = 60  # for a cache that the process which made the change does not share
GENERATION = "core.once.generation"
OF_STAFF = "core.once.generation.staff"  # anew after whatever staff send, so that a list is true

_memory = ContextVar("memory", default=None)


class Memory(dict):
    def __init__(self, uses_cache):
        super().__init__()
        self.uses_cache = uses_cache


class OncePerRequest:
    """Middleware: begins and ends what is remembered."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        is_staff = request.path_info.startswith(("/admin/", "/account/"))
        if is_staff and request.method not in ("GET", "HEAD"):
            response = self.get_response(request)
            cache.set(OF_STAFF, _new(), None)
            return response
        with remembering(uses_cache=not is_staff):
            return self.get_response(request)


@contextmanager
def remembering(uses_cache=True):
    """For a stretch in which nothing is changed: what is asked twice in it is looked up once.

    Without the cache nothing in it is older than the stretch.
    """
    token = _memory.set(Memory(uses_cache))
    try:
        yield
    finally:
        _memory.reset(token)


def once(name, find):
    """The result of `find`, remembered until the request ends."""
    memory = _memory.get()
    if memory is None:
        return find()
    if name not in memory:
        memory[name] = find()
    return memory[name]


def kept(name, find):
    """As `once`, and kept for the next requests until `forget`. For what staff rarely change."""
    memory = _memory.get()
    if memory is None or not memory.uses_cache:
        return once(name, find)
    return lately(name, find)


def lately(name, find):
    """As `kept`, in the CMS too: there it is a minute old at most, or since staff did something."""
    memory = _memory.get()
    if memory is None:
        return find()
    of = GENERATION if memory.uses_cache else OF_STAFF
    generation = once("generation", lambda: cache.get_or_set(of, _new, None))
    key = "core.once." + hashlib.sha256(f"{generation}{name}".encode()).hexdigest()
    return once(name, lambda: cache.get_or_set(key, find, SECONDS))


def forget(**_signal):
    """Staff changed something: at once for who looks now, and again when it is really written."""
    _forget()
    transaction.on_commit(_forget)


def may_be_private():
    """Whether staff closed any part of the site; if not, nobody has to look which."""
    from wagtail.models import PageViewRestriction

    return kept("private_pages", PageViewRestriction.objects.exists)


def is_translated():
    """Whether there is a published page in more than one language."""
    from wagtail.models import Page

    homes = Page.objects.live().filter(depth=2)
    return kept("translated", lambda: homes.values("locale").distinct().count() > 1)


def install():
    """Wagtail asks these for every link and every list; here it gets the remembered answer."""
    from wagtail import signals
    from wagtail.models import Locale, Page, PageViewRestriction, Site
    from wagtail.models.i18n import LocaleManager
    from wagtail.query import PageQuerySet

    from core.models import SiteSettings, SiteTexts

    find_locale, private_q = LocaleManager.get_for_language, PageQuerySet.private_q
    find_site, find_localized = Site._find_for_request, Page.localized.fget

    def get_for_language(self, language_code):
        if _memory.get() is None:
            return find_locale(self, language_code)
        locales = kept("locales", lambda: {row.language_code: row for row in Locale.objects.all()})
        return locales.get(language_code) or find_locale(self, language_code)

    def private_q_if_any(self):
        return private_q(self) if may_be_private() else Q(pk__in=[])

    def site_of(request):
        return kept("site", _only_site) or find_site(request)

    def localized(self):
        if self._state.adding or self.locale_id == Locale.get_active().pk:
            return self
        key = f"localized-{get_language()}-{self._meta.label}-{self.pk}"
        return kept(key, lambda: find_localized(self))

    LocaleManager.get_for_language = get_for_language
    Site._find_for_request = staticmethod(site_of)
    PageQuerySet.private_q = private_q_if_any
    Page.localized = property(localized)

    for model in (Locale, PageViewRestriction, Site, SiteSettings, SiteTexts):
        post_save.connect(forget, sender=model)
    for model in (Locale, Page, PageViewRestriction, Site, SiteSettings, SiteTexts):
        post_delete.connect(forget, sender=model)
    for change in (
        signals.page_published,
        signals.page_unpublished,
        signals.post_page_move,
        signals.page_slug_changed,
    ):
        change.connect(forget)


def _forget():
    for generation in (GENERATION, OF_STAFF):
        cache.set(generation, _new(), None)
    if (memory := _memory.get()) is not None:
        memory.clear()


def _new():
    return uuid.uuid4().hex


def _only_site():
    """The site, where there is no choice; with several, Wagtail looks at the host."""
    from wagtail.models import Site

    sites = list(Site.objects.select_related("root_page", "root_page__locale")[:2])
    return sites[0] if len(sites) == 1 else False
