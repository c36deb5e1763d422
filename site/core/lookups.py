"""Replacements for functions of Wagtail.

Most are for what it looks up for every link and every list: ours use the cached answer. Copying is
made atomic: it reserves places in the tree beforehand, and half a copy would break the tree. The
title of a page depends on who asks, see core.drafts.

Each replacement names the signature it was written for. A system check compares them at every
start, so that no upgrade of Wagtail can change one of them unnoticed.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.checks import Error, register
from django.db import transaction
from django.db.models import Q
from django.utils.translation import get_language
from wagtail.actions.copy_page import CopyPageAction
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Locale, Page, Site
from wagtail.models.i18n import LocaleManager
from wagtail.query import PageQuerySet

from core.drafts import title_for_staff
from core.once import cached, is_keeping, is_remembering, may_be_private
from core.redirects import normalise_path


def get_for_language(self, language_code):
    """As `LocaleManager.get_for_language`, but all locales are looked up together."""
    if not is_remembering():
        return REPLACED["get_for_language"].original(self, language_code)
    locales = cached("locales", lambda: {row.language_code: row for row in Locale.objects.all()})
    found = locales.get(language_code)
    return found or REPLACED["get_for_language"].original(self, language_code)


def private_q(self):
    """As `PageQuerySet.private_q`, but without a query while no part of the site is private."""
    return REPLACED["private_q"].original(self) if may_be_private() else Q(pk__in=[])


def find_for_request(request):
    """As `Site._find_for_request`, but from the cache if there is only one site."""
    return cached("site", _only_site) or REPLACED["_find_for_request"].original(request)


def get_site_root_paths():
    """As `Site.get_site_root_paths`, but not asked for every link.

    Wagtail's own cache is an hour behind where a process does not share it.
    """
    original = REPLACED["get_site_root_paths"].original
    return cached("root paths", _root_paths if is_keeping() else original)


def _root_paths():
    if not settings.REDIS_URL:
        Site.clear_site_root_paths_cache()
    return REPLACED["get_site_root_paths"].original()


def localized(self):
    """As `Page.localized`, but a page is looked up only once per language."""
    if self._state.adding or self.locale_id == Locale.get_active().pk:
        return self
    key = f"localized-{get_language()}-{self._meta.label}-{self.pk}"
    return cached(key, lambda: REPLACED["localized"].original(self))


@dataclass(frozen=True)
class Replacement:
    """A function of Wagtail, the signature that we know, and what we put in its place."""

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
        Replacement(
            Site,
            "get_site_root_paths",
            Site.get_site_root_paths,
            "()",
            staticmethod(get_site_root_paths),
        ),
        Replacement(Page, "localized", Page.localized.fget, "(self)", property(localized)),
        Replacement(
            Page,
            "get_admin_display_title",
            Page.get_admin_display_title,
            "(self)",
            title_for_staff,
        ),
        Replacement(
            Redirect,
            "normalise_path",
            Redirect.normalise_path,
            "(url, decode_unicode=True)",
            staticmethod(normalise_path(Redirect.normalise_path)),
        ),
        Replacement(
            CopyPageAction,
            "_copy_page",
            CopyPageAction._copy_page,
            "(self, page, to=None, update_attrs=None, exclude_fields=None, _mpnode_attrs=None)",
            transaction.atomic(CopyPageAction._copy_page),
        ),
        Replacement(
            CreatePageAliasAction,
            "_create_alias",
            CreatePageAliasAction._create_alias,
            "(self, page, *, recursive, parent, update_slug, update_locale, user, log_action,"
            " reset_translation_key, _mpnode_attrs)",
            transaction.atomic(CreatePageAliasAction._create_alias),
        ),
    )
}


def install():
    """Put the replacements in place."""
    for found in REPLACED.values():
        setattr(found.owner, found.name, found.ours)


@register()
def wagtail_is_as_known(app_configs, **kwargs):
    """An Error for each function of Wagtail that we replace and that now has another signature."""
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
    """The site if there is only one, else False: Wagtail then chooses by host."""
    sites = list(Site.objects.select_related("root_page", "root_page__locale")[:2])
    return sites[0] if len(sites) == 1 else False
