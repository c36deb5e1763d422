"""What Wagtail looks up for every link and every list: here it gets the remembered answer.

Each replacement says which signature it was written for. A system check compares them at every
start, so that an upgrade of Wagtail that changes one of them cannot pass unseen.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass

from django.core.checks import Error, register
from django.db.models import Q
from django.db.models.signals import post_delete, post_save
from django.utils.translation import get_language
from wagtail import signals
from wagtail.models import Locale, Page, PageViewRestriction, Site
from wagtail.models.i18n import LocaleManager
from wagtail.query import PageQuerySet

from core.models import SiteSettings, SiteTexts
from core.once import forget, is_remembering, kept, may_be_private


def get_for_language(self, language_code):
    """As `LocaleManager.get_for_language`: all locales are looked up together."""
    if not is_remembering():
        return REPLACED["get_for_language"].original(self, language_code)
    locales = kept("locales", lambda: {row.language_code: row for row in Locale.objects.all()})
    found = locales.get(language_code)
    return found or REPLACED["get_for_language"].original(self, language_code)


def private_q(self):
    """As `PageQuerySet.private_q`: no condition where staff closed no part of the site."""
    return REPLACED["private_q"].original(self) if may_be_private() else Q(pk__in=[])


def find_for_request(request):
    """As `Site._find_for_request`: with one site there is no choice."""
    return kept("site", _only_site) or REPLACED["_find_for_request"].original(request)


def localized(self):
    """As `Page.localized`: a page is looked up once per language."""
    if self._state.adding or self.locale_id == Locale.get_active().pk:
        return self
    key = f"localized-{get_language()}-{self._meta.label}-{self.pk}"
    return kept(key, lambda: REPLACED["localized"].original(self))


@dataclass(frozen=True)
class Replacement:
    """A function of Wagtail with the signature that we know, and what stands in its place."""

    owner: type
    name: str
    original: Callable
    signature: str
    ours: object

    @property
    def is_as_known(self):
        return str(inspect.signature(self.original)) == self.signature


REPLACED = {
    found.name: found
    for found in (
        Replacement(
            LocaleManager,
            "get_for_language",
            LocaleManager.get_for_language,
            "(self, language_code)",
            get_for_language,
        ),
        Replacement(PageQuerySet, "private_q", PageQuerySet.private_q, "(self)", private_q),
        Replacement(
            Site,
            "_find_for_request",
            Site._find_for_request,
            "(request)",
            staticmethod(find_for_request),
        ),
        Replacement(Page, "localized", Page.localized.fget, "(self)", property(localized)),
    )
}


def install():
    """Put the replacements in place, and forget what is kept whenever staff change it."""
    for found in REPLACED.values():
        setattr(found.owner, found.name, found.ours)
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


@register()
def wagtail_is_as_known(app_configs, **kwargs):
    """An Error for each function of Wagtail that we replace and that takes something else now."""
    return [
        Error(
            f"{found.owner.__name__}.{found.name} takes {inspect.signature(found.original)},"
            f" not {found.signature}: look at core.lookups before this Wagtail is used.",
            id="core.E001",
        )
        for found in REPLACED.values()
        if not found.is_as_known
    ]


def _only_site():
    """The site where there is only one; with several, Wagtail looks at the host."""
    sites = list(Site.objects.select_related("root_page", "root_page__locale")[:2])
    return sites[0] if len(sites) == 1 else False
